import { type Command, Option } from '@commander-js/extra-typings';
import { reporting } from '../errors.ts';
import { openLab } from '../lab-place.ts';
import { renderServices } from './render.ts';

const EXAMPLE = `
Examples:
  $ churnlab service list
  $ churnlab service list --node n2
  $ churnlab service list -o json | jq '.[].services[] | select(.backends == [])'

ID is the number of a service in the node's maps, the number before => that of a backend. Nodes differ in these, and in
who is local.`;

/** Adds `churnlab service list`. */
export function register(service: Command): void {
  service
    .command('list')
    .description('frontends, their backends and the states of these, by node')
    .option('--name <name>', 'name of the lab', 'default')
    .option('--node <node>', 'only this node')
    .addOption(
      new Option('-o, --output <format>', 'how to print them').choices(['text', 'json']).default('text'),
    )
    .addHelpText('after', EXAMPLE)
    .action(({ name, node, output }) =>
      reporting(async () => {
        await using lab = await openLab(name);
        const found = await lab.services(node);
        process.stdout.write(
          output === 'json' ? `${JSON.stringify(found, null, 2)}\n` : renderServices(found),
        );
      }),
    );
}
