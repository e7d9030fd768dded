/** The agent's process in a lab: serves one node, or several when a lab has more nodes than it should have processes. */
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { IpcServer, type Subscriber } from '../ipc/index.ts';
import { warmThreadPool } from '../kernel/index.ts';
import { connect } from '../kube/index.ts';
import type { AgentConfig } from './config.ts';
import { AgentProcess } from './process/index.ts';

const log = pino({ name: 'agent' }, pino.destination({ dest: 2, sync: true }));
const { values } = parseArgs({ options: { config: { type: 'string' } } });
if (values.config === undefined) {
  process.stderr.write('usage: agent --config FILE\n');
  process.exit(2);
}
const config = JSON.parse(fs.readFileSync(values.config, 'utf8')) as AgentConfig;
const token = fs.readFileSync(config.api.tokenFile, 'utf8').trim();
const followers = new Set<Subscriber>();

await warmThreadPool();
await using client = connect({ socketPath: config.api.socketPath, token });
await using agent = await AgentProcess.start(config, {
  client,
  onEvent: (event) => {
    for (const follower of followers) follower.push(event);
  },
  log: (message, detail) => log.warn({ detail }, message),
});
await using _control = await IpcServer.listen(config.control, {
  follow: (_params: null, subscriber: Subscriber) => {
    followers.add(subscriber);
    subscriber.signal.addEventListener('abort', () => followers.delete(subscriber));
  },
  endpoints: () => agent.endpoints(),
  leases: () => agent.leases(),
  metrics: () => agent.datapath(),
  services: () => agent.services(),
  serviceStats: () => agent.serviceStats(),
});
await agent.serve();
const network = config.plugins?.conflist.name ?? 'churnlab';
log.info({ nodes: config.nodes.map(({ name }) => name), network }, 'agent is up');

await new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve);
});
