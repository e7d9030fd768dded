import { NamespaceDaemon, type SupervisedProcess } from '../../kernel/index.ts';
import type { KubeClient } from '../../kube/index.ts';
import { networkOf } from '../../networks/index.ts';
import type { IpamView, LabStatus, ProcessStatus } from '../lab.ts';
import { apiStatus } from '../node-status.ts';
import { type Usage, usageOf, usageWithPrograms } from '../process-usage.ts';
import { kubeProxyMode } from './kube-proxy/index.ts';
import type { LabDirectory, LabRecord } from './lab-directory.ts';
import { substrateHere } from './substrate-here.ts';

/** Everything that `lab status` shows. */
export async function labStatus(
  lab: LabDirectory,
  record: LabRecord,
  client: KubeClient,
  processes: readonly ProcessStatus[],
  view: IpamView,
): Promise<LabStatus> {
  return {
    name: record.name,
    substrate: substrateHere(),
    createdAt: record.createdAt,
    network: record.spec.network,
    ipam: record.spec.ipam.mode,
    services: record.spec.services,
    apiServer: `https://127.0.0.1:${record.apiPort}`,
    kubeconfig: lab.kubeconfig,
    ...(await apiStatus(client, view, true)),
    processes,
  };
}

/** What each process of the lab has used so far. */
export async function processStatus(
  lab: LabDirectory,
  supervisor: NamespaceDaemon,
  record: LabRecord,
): Promise<ProcessStatus[]> {
  const supervised = [...(await supervisor.list()), ...(await onNodes(lab, record))];
  const daemons = record.nodes.map(({ name, pid }) => ({ name: `nsd-${name}`, pid, restarts: 0 }));
  return [
    ...supervised.map((each) => used(each, usageWithPrograms)),
    ...daemons.map((each) => used(each, usageOf)),
  ].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function used(process: SupervisedProcess, usage: (pid: number) => Usage | undefined): ProcessStatus {
  return { ...process, ...(usage(process.pid) ?? { cpuSeconds: 0, rssBytes: 0 }) };
}

/** kube-proxy and what the network runs: each node has its own, under the node's daemon. */
async function onNodes(lab: LabDirectory, record: LabRecord): Promise<SupervisedProcess[]> {
  const { services } = record.spec;
  if (kubeProxyMode(services) === undefined && networkOf(record.spec).netns?.daemon === undefined) return [];
  const lists = record.nodes.map(async ({ name }) => {
    using daemon = await NamespaceDaemon.connect(lab.daemon(name));
    return (await daemon.list()).map((process) => ({ ...process, name: `${process.name}-${name}` }));
  });
  return (await Promise.all(lists)).flat();
}
