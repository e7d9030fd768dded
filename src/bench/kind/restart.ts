import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNs } from '../../measure/index.ts';
import { Fleet } from '../../run/index.ts';
import { type CallFollower, failedSandboxes, type KindLab, type PodKit } from '../../substrate/index.ts';
import { Traffic, type TrafficPrograms } from '../../traffic/index.ts';
import { AgentPhases, type Phase } from './agent-phases.ts';
import { makePod, removePod } from './bursts.ts';
import { PodWatch } from './pod-watch.ts';

/** Connections of each node to each backend. */
const CLIENTS = 2;
/** An answer that takes longer has not come: its connection counts as dropped. */
const TIMEOUT_MS = 5000;
/** All connections are established by then. */
const BEGIN_MS = 1000;
/** Of a core, for what dials on a node: requests go on all the time and leave the machine to what is measured. */
const DIALLER_CPU = '100m';

export interface RestartPlan {
  /** How many nodes' agents are restarted, one after the other. */
  readonly nodes: number;
  /** Pods that are asked for on a node as soon as no agent runs there. */
  readonly pods: number;
  /** How long connections are used round each restart. */
  readonly trafficMs: number;
}

/** The restart of one node's agent. */
export interface NodeRestart {
  readonly node: string;
  /** From the deletion of its pod to another one Ready in its place, ns. */
  readonly readyNs: number;
  /** How far it was when, from that same deletion, ns. */
  readonly phases: Readonly<Partial<Record<Phase, number>>>;
  /** From a pod asked for meanwhile to its Ready, ns. */
  readonly podReadyNs: readonly number[];
  /** ADDs of them: from the plugin's first instruction to the agent that took the call, ns. */
  readonly addWaitNs: readonly number[];
  /** ADDs that were refused, sandboxes that the kubelet had to make again. */
  readonly refused: number;
  readonly failedSandboxes: number;
  /** Requests on connections that were there before, of all nodes; and those that got no answer, which drops a connection. */
  readonly requests: number;
  readonly dropped: number;
  /** Whether requests went on for longer than the restart took. */
  readonly isCovered: boolean;
}

export interface RestartResult {
  /** Connections between pods, established before each restart. */
  readonly connections: number;
  readonly nodes: readonly NodeRestart[];
}

type Call = Parameters<CallFollower['onCall']>[0];

export interface RestartOptions {
  readonly lab: KindLab;
  readonly namespace: string;
  readonly programs: TrafficPrograms;
  readonly signal: AbortSignal;
}

/** Restarts agents as an upgrade does, a node at a time, while pods hold connections and others are made. */
export async function measureRestart(plan: RestartPlan, options: RestartOptions): Promise<RestartResult> {
  const { lab, namespace, programs, signal } = options;
  const calls: Call[] = [];
  await lab.followCalls({ onCall: (call) => calls.push(call), onLinkGone: () => {}, onRefill: () => {} });
  await using traffic = await Traffic.start(lab.trafficHost(), programs);
  const { client, nodes } = lab;
  const pods = withLessCpu(lab.pods);
  await using fleet = await Fleet.make({ client, namespace, nodes, pods, backends: nodes.length, signal });
  await using watch = await PodWatch.open(client, namespace);
  await using agents = await AgentPhases.open(client, lab.record.release!);
  const to = fleet.backends.map(({ ips }) => (ips[0]!.includes(':') ? `[${ips[0]}]:80` : `${ips[0]}:80`));
  const results: NodeRestart[] = [];
  for (const node of nodes.toReversed().slice(0, plan.nodes)) {
    signal.throwIfAborted();
    const failedBefore = await failedSandboxes(client, node);
    const batches = [...fleet.clients.values()].map((from) =>
      traffic.rr({ from, to, clients: CLIENTS, durationMs: plan.trafficMs, timeoutMs: TIMEOUT_MS }),
    );
    const ended = Promise.all(batches).then((all) => ({ at: monotonicNs(), all }));
    await sleep(BEGIN_MS, undefined, { signal });
    const names = Array.from({ length: plan.pods }, (_, i) => `meanwhile-${node}-${i + 1}`);
    agents.begin(node);
    const begun = monotonicNs();
    const restarted = lab.restart('agent', node).then(monotonicNs);
    await Promise.race([agents.oldGone(node), restarted]);
    const asked = monotonicNs();
    await Promise.all(names.map((name) => makePod(lab, { namespace, name, node })));
    const podReady = await watch.allReady(names, signal);
    const back = await restarted;
    const { at, all } = await ended;
    const own = calls.filter(
      ({ verb, pod }) => verb === 'ADD' && names.some((name) => pod === `${namespace}/${name}`),
    );
    results.push({
      node,
      readyNs: back - begun,
      phases: Object.fromEntries([...agents.of(node)].map(([phase, at]) => [phase, at - begun])),
      podReadyNs: podReady.map((ns) => ns - asked),
      addWaitNs: own.filter(({ ok }) => ok).map(({ parts = {} }) => parts.exec ?? 0),
      refused: own.filter(({ ok }) => !ok).length,
      failedSandboxes: (await failedSandboxes(client, node)) - failedBefore,
      requests: all.reduce((sum, { counts }) => sum + counts.count, 0),
      dropped: all.reduce((sum, { counts }) => sum + counts.count - counts.ok, 0),
      isCovered: at > back,
    });
    await Promise.all(names.map((name) => removePod(lab, namespace, name)));
  }
  return { connections: fleet.clients.size * CLIENTS * to.length, nodes: results };
}

/** The same pods, but those that dial get little of a core. */
function withLessCpu(pods: PodKit): PodKit {
  return {
    idle: () => pods.idle(),
    answering: (port) => pods.answering(port),
    dialling: () => {
      const spec = pods.dialling();
      const containers = spec.containers.map((each) => ({
        ...each,
        resources: { limits: { cpu: DIALLER_CPU } },
      }));
      return { ...spec, containers };
    },
    namespaceReady: (namespace) => pods.namespaceReady(namespace),
  };
}
