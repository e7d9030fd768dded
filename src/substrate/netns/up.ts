import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { NamespaceDaemon, Netns, warmThreadPool } from '../../kernel/index.ts';
import { connect, Informer, isReady, NODES, type Node } from '../../kube/index.ts';
import { networkOf } from '../../networks/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import type { Progress } from '../lab.ts';
import { LabError } from '../lab-error.ts';
import { fenceNode } from '../node-fence.ts';
import { cgroupPath, removeCgroup } from './cgroup.ts';
import { agentConfig, type Binaries, controlPlaneConfig, runtimeConfig } from './configs.ts';
import { gatewayIps, makeBridge, makeOutside, nodeIps, outsideIps, plugNode } from './fabric.ts';
import { agentProcesses, host, runtimeProcesses } from './hosting.ts';
import { entries, record, undo } from './journal.ts';
import { kubeProxyMode, startKubeProxies } from './kube-proxy/index.ts';
import type { HostedRecord, LabDirectory, LabRecord, NodeRecord } from './lab-directory.ts';
import { LabLock } from './lab-lock.ts';
import type { LabTool } from './lab-tools.ts';
import { startNetworkDaemons } from './network-daemons.ts';
import { servableNodes, startNodeIpam } from './node-ipam/index.ts';
import { patience } from './patience.ts';
import { startProcess } from './processes.ts';
import { checkSpec } from './spec-check.ts';
import { waitForApi } from './wait-for-api.ts';

/** Nodes whose namespaces are made side by side. */
const AT_ONCE = 8;
/** Time for all nodes to become Ready: a start of each process and some work per node. */
const READY_TIMEOUT_MS = 30_000;
const READY_PER_NODE_MS = 1000;

export interface UpOptions {
  readonly binaries: Binaries;
  /** Folders with the plugins that the network needs. */
  readonly cniPath: readonly string[];
  /** Paths of the programs that {@link toolsOf} names. */
  readonly tools?: Readonly<Partial<Record<LabTool, string>>>;
  readonly progress: Progress;
}

/**
 * Brings a lab up and leaves it running. What a dead lab of the same name left behind is undone first.
 * @throws LabError bad-spec, busy, already-up, not-possible-here, not-ready. Nothing is left then.
 */
export async function up(lab: LabDirectory, spec: LabSpec, options: UpOptions): Promise<LabRecord> {
  checkSpec(spec);
  using _ = LabLock.take(lab);
  if (await isAlive(lab)) {
    throw new LabError(
      'already-up',
      `Lab ${lab.name} is up: use another --name, or take it down (npm run lab:down -- --name ${lab.name})`,
    );
  }
  if (entries(lab).length > 0) {
    options.progress(`cleaning up after a lab ${lab.name} that did not end by itself`);
    await undo(lab);
  }
  lab.remove();
  lab.create();
  try {
    return await build(lab, spec, options);
  } catch (error) {
    const logs = collectErrors(lab);
    await undo(lab);
    lab.remove();
    if (logs !== '' && error instanceof Error) error.message += `\n${logs}`;
    throw error;
  }
}

/** Whether the lab's supervisor answers. */
export async function isAlive(lab: LabDirectory): Promise<boolean> {
  try {
    using _ = await NamespaceDaemon.connect(lab.daemon('supervisor'));
    return true;
  } catch {
    return false;
  }
}

async function build(
  lab: LabDirectory,
  spec: LabSpec,
  { binaries, cniPath, tools, progress }: UpOptions,
): Promise<LabRecord> {
  await warmThreadPool();
  const cgroup = cgroupPath(lab.path);
  record(lab, { kind: 'cgroup', path: cgroup });
  await removeCgroup(cgroup);
  fs.mkdirSync(cgroup);
  fs.writeFileSync(lab.tokenFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });

  const launch = (name: string, newNet: boolean, nodeMounts: boolean): Promise<number> => {
    const own = path.join(cgroup, name);
    fs.mkdirSync(own);
    return NamespaceDaemon.launch({
      binary: binaries.nsd,
      directory: lab.daemon(name),
      name,
      cgroup: own,
      newNet,
      nodeMounts,
    });
  };

  progress('making the fabric');
  const [, fabricPid, outsidePid] = await Promise.all([
    launch('supervisor', false, false),
    launch('fabric', true, false),
    launch('outside', true, false),
  ]);
  using supervisor = await NamespaceDaemon.connect(lab.daemon('supervisor'));
  using fabric = Netns.open(`/proc/${fabricPid}/ns/net`);
  using outside = Netns.open(`/proc/${outsidePid}/ns/net`);
  makeBridge(fabric);
  makeOutside(fabric, outside);

  progress('starting the control plane');
  const start = (
    ...args: Parameters<typeof startProcess> extends [unknown, unknown, ...infer Rest] ? Rest : never
  ) => startProcess(lab, supervisor, ...args);
  const api = lab.writeJson('config/control-plane.json', controlPlaneConfig(lab, spec, fabricPid));
  await start('control-plane', 'control-plane', ['--config', api]);
  await startNodeIpam(lab, spec, supervisor, tools);

  progress(`making ${spec.nodes} node${spec.nodes === 1 ? '' : 's'}`);
  const nodes = await makeNodes(spec.nodes, fabric, (name) => launch(name, true, true));

  progress('starting agents and pod runtimes');
  const names = nodes.map(({ name }) => name);
  const agents = host('agent', names, agentProcesses(names.length));
  const runtimes = host('runtime', names, runtimeProcesses());
  const of = ({ nodes: hosted }: HostedRecord) => nodes.filter(({ name }) => hosted.includes(name));
  for (const entry of agents) {
    const config = agentConfig(lab, spec, of(entry), entry.process, binaries);
    await start('agent', entry.process, ['--config', lab.writeJson(`config/${entry.process}.json`, config)]);
  }
  for (const entry of runtimes) {
    const config = runtimeConfig(lab, spec, of(entry), entry.process, cniPath);
    await start('runtime', entry.process, [
      '--config',
      lab.writeJson(`config/${entry.process}.json`, config),
    ]);
  }

  progress('waiting for the API');
  const { port } = await waitForApi(lab);
  const lab_: LabRecord = {
    version: 1,
    name: lab.name,
    createdAt: new Date().toISOString(),
    spec,
    cgroup,
    apiPort: port,
    apiAddress: gatewayIps()[0]!,
    fabricPid,
    outsidePid,
    nodes,
    agents,
    runtimes,
    cniPath,
  };
  lab.write(lab_);
  progress('waiting for the nodes to be ready');
  await waitForNodes(lab, spec);
  const daemons = networkOf(spec).netns?.programs ?? [];
  if (daemons.length > 0) progress(`starting ${daemons.join(', ')} on each node`);
  await startNetworkDaemons(lab, spec, nodes, tools ?? {});
  const mode = kubeProxyMode(spec.services);
  if (mode) {
    const routers = outsideIps();
    for (const node of nodes) fenceNode(node, spec, routers);
    progress(`starting kube-proxy (${spec.services}) on each node`);
    await startKubeProxies(lab, spec, nodes, tools![mode.program]!);
  }
  return lab_;
}

async function makeNodes(
  count: number,
  fabric: Netns,
  launch: (name: string) => Promise<number>,
): Promise<NodeRecord[]> {
  const nodes: NodeRecord[] = [];
  while (nodes.length < count) {
    const first = nodes.length;
    const batch = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) => first + i);
    const pids = await Promise.all(batch.map((index) => launch(`n${index + 1}`)));
    batch.forEach((index, i) => {
      const pid = pids[i]!;
      using node = Netns.open(`/proc/${pid}/ns/net`);
      plugNode(fabric, node, index, count);
      nodes.push({ name: `n${index + 1}`, pid, ips: nodeIps(index) });
    });
  }
  return nodes;
}

async function waitForNodes(lab: LabDirectory, spec: LabSpec): Promise<void> {
  await using client = connect({ socketPath: lab.apiSocket, token: lab.token() });
  await using informer = new Informer<Node>(client, NODES);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const ready = new Set<string>();
  const servable = servableNodes(spec);
  informer.onChange((node) => {
    if (isReady(node)) ready.add(node.metadata.name!);
    else ready.delete(node.metadata.name!);
    if (ready.size >= servable) resolve();
  });
  const limit = patience(READY_TIMEOUT_MS + spec.nodes * READY_PER_NODE_MS);
  const timer = setTimeout(() => {
    const missing = Array.from({ length: spec.nodes }, (_, i) => `n${i + 1}`).filter(
      (name) => !ready.has(name),
    );
    reject(new LabError('not-ready', `Nodes ${missing.join(', ')} are not Ready after ${limit / 1000} s`));
  }, limit);
  try {
    await Promise.all([informer.start(), promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The last words of processes that said anything at all: most of them are silent when all is well. */
function collectErrors(lab: LabDirectory): string {
  const logs = lab.file('logs');
  if (!fs.existsSync(logs)) return '';
  return fs
    .readdirSync(logs)
    .flatMap((name) => {
      const lines = fs.readFileSync(path.join(logs, name), 'utf8').trim().split('\n').filter(Boolean);
      return lines.slice(-3).map((line) => `  ${name.replace('.log', '')}: ${line.slice(0, 300)}`);
    })
    .join('\n');
}
