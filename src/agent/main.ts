/** The agent's process: serves one node, or several when a lab has more nodes than it should have processes. */
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { Cidr } from '../ip/index.ts';
import { IpcServer, type Subscriber } from '../ipc/index.ts';
import { warmThreadPool } from '../kernel/index.ts';
import {
  connect,
  Informer,
  IP_POOLS,
  type IpPool,
  NAMESPACES,
  type Namespace,
  NODE_NETWORKS,
  type NodeNetwork,
} from '../kube/index.ts';
import type { AgentConfig } from './config.ts';
import { ClusterPools } from './multi-pool/cluster-pools.ts';
import { type AgentDependencies, NodeAgent } from './node-agent.ts';
import { NodeCidrCopier } from './node-cidr-copier.ts';
import { setUpPluginNode } from './plugin-node.ts';
import { ProcessServices } from './services/index.ts';

const log = pino({ name: 'agent' }, pino.destination({ dest: 2, sync: true }));
const { values } = parseArgs({ options: { config: { type: 'string' } } });
if (values.config === undefined) {
  process.stderr.write('usage: agent --config FILE\n');
  process.exit(2);
}
const config = JSON.parse(fs.readFileSync(values.config, 'utf8')) as AgentConfig;
const token = fs.readFileSync(config.api.tokenFile, 'utf8').trim();
const configured = config.clusterCidrs.map((text) => Cidr.parse(text).cidr);
const hasPools = config.podCidrsIn === 'pools';
const followers = new Set<Subscriber>();
const tell = (item: unknown): void => {
  for (const follower of followers) follower.push(item);
};

await warmThreadPool();
await using cleanup = new AsyncDisposableStack();
const client = cleanup.use(connect({ socketPath: config.api.socketPath, token }));
const networks = cleanup.use(new Informer<NodeNetwork>(client, NODE_NETWORKS));
if (config.podCidrsIn === 'node') {
  for (const { name: node } of config.nodes) {
    const onError = (err: unknown) => log.warn({ node, err }, 'will be tried again');
    cleanup.use(NodeCidrCopier.start({ client, networks, node, onError }));
  }
}
const ipPools = cleanup.use(new Informer<IpPool>(client, IP_POOLS));
const namespaces = cleanup.use(new Informer<Namespace>(client, NAMESPACES));
const agents: NodeAgent[] = [];
if (config.plugins === undefined) {
  const dependencies: AgentDependencies = {
    client,
    networks,
    ...(hasPools
      ? { pools: { cluster: new ClusterPools({ ipPools, networks, configured }), namespaces } }
      : {}),
    onTrace: (trace) => tell({ trace }),
    onLinkGone: (node, containerId, goneNs) => tell({ linkGone: { node, containerId, goneNs } }),
    onRefill: (refill) => tell({ refill }),
    log: (message, detail) => log.warn({ detail }, message),
  };
  for (const node of config.nodes)
    agents.push(cleanup.use(await NodeAgent.start(config, node, dependencies)));
}
const services =
  config.services &&
  cleanup.use(
    ProcessServices.open(config.services, client, agents, {
      onWritten: (serviceWritten) => tell({ serviceWritten }),
      log: (message, detail) => log.warn({ detail }, message),
    }),
  );
cleanup.use(
  await IpcServer.listen(config.control, {
    follow: (_params: null, subscriber: Subscriber) => {
      followers.add(subscriber);
      subscriber.signal.addEventListener('abort', () => followers.delete(subscriber));
    },
    endpoints: () =>
      agents.flatMap(({ node, datapath }) =>
        datapath
          .endpoints()
          .map(({ address, ifindex }) => ({ node: node.name, address: String(address), ifindex })),
      ),
    leases: () =>
      agents.flatMap(({ node, addresses }) =>
        [...addresses.leases()].map(({ owner, ips, since }) => ({
          node: node.name,
          owner,
          ips: ips.map(String),
          since,
        })),
      ),
    metrics: () => Object.fromEntries(agents.map(({ node, datapath }) => [node.name, datapath.metrics()])),
    services: () =>
      (services?.nodes ?? []).map(({ node, datapath }) => ({ node, services: datapath.view() })),
    serviceStats: () =>
      Object.fromEntries(
        (services?.nodes ?? []).map((each) => [each.node, { ...each.stats(), loadNs: services?.loadNs }]),
      ),
  }),
);
if (config.plugins) {
  for (const node of config.nodes) await setUpPluginNode(config, config.plugins, node, client, networks);
}
await Promise.all([
  networks.start(),
  ...(hasPools ? [ipPools.start(), namespaces.start()] : []),
  services?.start(),
]);
await Promise.all(agents.map((agent) => agent.serve()));
const network = config.plugins?.conflist.name ?? 'churnlab';
log.info({ nodes: config.nodes.map(({ name }) => name), network }, 'agent is up');

await new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve);
});
