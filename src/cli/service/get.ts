import { type Command, Option } from '@commander-js/extra-typings';
import { LabError } from '../../substrate/index.ts';
import { reporting } from '../errors.ts';
import { openLab } from '../lab-place.ts';
import { renderServices } from './render.ts';

const EXAMPLE = `
Examples:
  $ churnlab service get web
  $ churnlab service get shop/web --node n2 -o json`;

/** Adds `churnlab service get`. */
export function register(service: Command): void {
  service
    .command('get')
    .description('one Service with all its ports and families')
    .argument('<service>', 'its name, or `namespace/name`')
    .option('--name <name>', 'name of the lab', 'default')
    .option('--node <node>', 'only this node')
    .addOption(
      new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'),
    )
    .addHelpText('after', EXAMPLE)
    .action((wanted, { name, node, output }) =>
      reporting(async () => {
        await using lab = await openLab(name);
        const prefix = `${wanted.includes('/') ? wanted : `default/${wanted}`}:`;
        const found = (await lab.services(node)).map((each) => ({
          ...each,
          services: each.services.filter(({ key }) => key?.startsWith(prefix)),
        }));
        if (found.every(({ services }) => services.length === 0)) {
          throw new LabError(
            'no-such-place',
            `No node of lab ${name} has a Service ${prefix.slice(0, -1)} (churnlab service list shows all)`,
          );
        }
        process.stdout.write(
          output === 'json' ? `${JSON.stringify(found, null, 2)}\n` : renderServices(found),
        );
      }),
    );
}
