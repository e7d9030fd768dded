/** The operator's process: gives out pod CIDRs until SIGTERM. Logs JSON lines to stderr. Exit code 2: wrong input. */
import { once } from 'node:events';
import { pino } from 'pino';
import { IpcServer } from '../ipc/index.ts';
import { connect } from '../kube/index.ts';
import { type ProcessOptions, readOptions, USAGE } from './options.ts';
import { startOperator } from './start-operator.ts';

const log = pino({ name: 'operator' }, pino.destination({ fd: 2, sync: true }));

let options: ProcessOptions;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`churnlab operator: ${(error as Error).message}\n${USAGE}\n`);
  process.exit(2);
}

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
const stopped = once(stop.signal, 'abort');

for (const warning of options.spec.warnings) log.warn(warning);
await using client = connect(options.target);
const starting = startOperator(options.spec, {
  client,
  onError: (error, node) => log.warn({ node, err: error }, 'did not work'),
});
const operator = await Promise.race([starting, stopped.then(() => undefined)]);
// Stopped before the API answered: nothing was decided yet, so nothing is lost.
if (operator === undefined) process.exit(0);

await using running = operator;
await using _control =
  options.control === undefined
    ? undefined
    : await IpcServer.listen(options.control, {
        status: () => running.status(),
        metrics: () => running.metrics(),
      });
log.info({ status: running.status() }, 'ready');
await stopped;
log.info('stopping');
