/** The provider's process: a small cloud that gives nodes their CIDRs, until SIGTERM. Logs JSON lines to stderr. */
import { once } from 'node:events';
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { CloudProvider } from '../../ipam/index.ts';
import { readProviderConfig } from './provider-config.ts';
import { ProviderServer } from './provider-server.ts';

const log = pino({ name: 'provider' }, pino.destination({ fd: 2, sync: true }));
const { values } = parseArgs({ options: { config: { type: 'string' } } });
if (values.config === undefined) {
  process.stderr.write('usage: provider --config FILE\n');
  process.exit(2);
}
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
const stopped = once(stop.signal, 'abort');

const { socketPath, tokenFile, spec } = readProviderConfig(fs.readFileSync(values.config, 'utf8'));
const provider = new CloudProvider(spec, () => performance.now());
const token = fs.readFileSync(tokenFile, 'utf8').trim();
await using _server = await ProviderServer.listen({ provider, socketPath, token });
log.info('ready');
await stopped;
