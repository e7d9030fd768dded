import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { NamespaceDaemon } from '../../../kernel/index.ts';
import type { LabSpec } from '../../../scenario/index.ts';
import { LabError } from '../../lab-error.ts';
import { valuesOf } from '../../metrics-text.ts';
import type { LabDirectory, NodeRecord } from '../lab-directory.ts';
import { patience } from '../patience.ts';
import { SYSTEM_PATH } from '../processes.ts';
import { detectLocal, detectLocalOptions } from './detect-local.ts';
import { readMetrics } from './metrics.ts';
import { type KubeProxyMode, kubeProxyMode } from './mode.ts';
import { HEALTH_PORT, METRICS_PORT } from './ports.ts';
import { privatePath } from './private-path.ts';

/** Name of the process on each node. */
export const KUBE_PROXY = 'kube-proxy';
const START_TIMEOUT_MS = 30_000;
/** So often it ended by itself. */
const CRASHES = 3;
const LOOK_MS = 20;

/**
 * Starts the real kube-proxy on each node, inside the node's namespaces and cgroup: its rules, its /run/xtables.lock
 * and its load are the node's own. Resolves when each has synchronised once.
 * @param program path of kube-proxy
 * @throws LabError not-possible-here, not-ready with the last line of its log
 */
export async function startKubeProxies(
  lab: LabDirectory,
  spec: LabSpec,
  nodes: readonly NodeRecord[],
  program: string,
): Promise<void> {
  const mode = kubeProxyMode(spec.services);
  if (mode === undefined) return;
  const path = mode.iptables ? privatePath(lab.file('bin', mode.iptables), mode.iptables) : SYSTEM_PATH;
  for (const node of nodes) {
    using daemon = await NamespaceDaemon.connect(lab.daemon(node.name));
    await daemon.start({
      name: KUBE_PROXY,
      argv: [program, ...argumentsOf(lab, spec, node, mode)],
      env: { PATH: path, HOME: '/' },
      log: lab.log(`${KUBE_PROXY}-${node.name}`),
      restart: true,
    });
  }
  await Promise.all(nodes.map((node) => synchronised(lab, node, mode)));
}

/** kube-proxy's own defaults, apart from what is said here and in {@link pacedConfig} with its reason. */
function argumentsOf(lab: LabDirectory, spec: LabSpec, node: NodeRecord, { mode }: KubeProxyMode): string[] {
  // Only a file has it for every mode, and with a file other options do not count.
  if (spec.minSyncPeriod !== undefined) {
    const file = lab.file('config', `${KUBE_PROXY}-${node.name}.json`);
    fs.writeFileSync(file, JSON.stringify(pacedConfig(lab, spec, mode, spec.minSyncPeriod)));
    return [`--config=${file}`, `--hostname-override=${node.name}`];
  }
  return [
    `--kubeconfig=${lab.file('node-kubeconfig')}`,
    `--hostname-override=${node.name}`,
    `--proxy-mode=${mode}`,
    ...detectLocalOptions(spec),
    // With an address to listen on it sends pods there; without one to the address of the link that they come in by,
    // which not every network gives that link.
    ...(mode === 'userspace' ? [`--bind-address=${node.ips[0]}`] : []),
    `--metrics-bind-address=127.0.0.1:${METRICS_PORT}`,
    `--healthz-bind-address=127.0.0.1:${HEALTH_PORT}`,
    // The limits of connection tracking belong to the machine, and a namespace cannot set them.
    '--conntrack-max-per-core=0',
    '--conntrack-min=0',
    '--conntrack-tcp-timeout-established=0s',
    '--conntrack-tcp-timeout-close-wait=0s',
  ];
}

/** The same as KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1). */
function pacedConfig(
  lab: LabDirectory,
  spec: LabSpec,
  mode: KubeProxyMode['mode'],
  minSyncNs: number,
): object {
  // 0 means its default in a file (v1alpha1/defaults.go): the least there is stands for it.
  const pace = { minSyncPeriod: `${Math.max(1, minSyncNs)}ns` };
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig: lab.file('node-kubeconfig') },
    mode,
    ...detectLocal(spec),
    metricsBindAddress: `127.0.0.1:${METRICS_PORT}`,
    healthzBindAddress: `127.0.0.1:${HEALTH_PORT}`,
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    iptables: pace,
    nftables: pace,
    ipvs: pace,
  };
}

/** Its proxier has written its rules once: the time stamp of the last sync is set. Mode userspace stamps nothing. */
async function synchronised(lab: LabDirectory, node: NodeRecord, { mode }: KubeProxyMode): Promise<void> {
  const deadline = Date.now() + patience(START_TIMEOUT_MS);
  while (Date.now() < deadline) {
    await refuseCrashLoop(lab, node);
    const metrics = await readMetrics(node).catch(() => undefined);
    if (mode === 'userspace' && metrics) return;
    const syncs = (metrics && valuesOf(metrics, 'kubeproxy_sync_proxy_rules_last_timestamp_seconds')) ?? [];
    // One for each family that it serves.
    if (syncs.length > 0 && syncs.every((at) => at > 0)) return;
    await sleep(LOOK_MS);
  }
  const message = `kube-proxy on ${node.name} did not write its rules within ${patience(START_TIMEOUT_MS) / 1000} s: see ${lab.log(`${KUBE_PROXY}-${node.name}`)}`;
  throw new LabError('not-ready', message);
}

/** It ends at once where the kernel or a program that it calls is missing, and would again. */
async function refuseCrashLoop(lab: LabDirectory, node: NodeRecord): Promise<void> {
  using daemon = await NamespaceDaemon.connect(lab.daemon(node.name));
  const process = (await daemon.list()).find(({ name }) => name === KUBE_PROXY);
  if ((process?.restarts ?? 0) < CRASHES) return;
  const log = fs.readFileSync(lab.log(`${KUBE_PROXY}-${node.name}`), 'utf8');
  const why =
    log
      .match(/err="(.*)"/g)
      ?.at(-1)
      ?.slice(5, -1) ?? 'see its log';
  throw new LabError('not-possible-here', `kube-proxy ends as soon as it is started: ${why}`);
}
