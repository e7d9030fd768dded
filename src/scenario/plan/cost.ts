import type { Forecast } from '../load/index.ts';
import type { ScenarioSpec, Substrate } from '../spec.ts';

/** What a run takes of the machine, estimated. */
export interface Cost {
  /** Bringing the lab up and down, ns. */
  readonly lab: number;
  /** The drain at the end, ns. */
  readonly drain: number;
  /** Resident memory of everything, bytes. */
  readonly memory: number;
  readonly processes: number;
  /** Files, sockets and namespaces held open by the process that holds most. */
  readonly openFiles: number;
  /** Links in the kernel: two for each pod, and those of the nodes. */
  readonly links: number;
}

const MIB = 2 ** 20;
const SECOND = 1e9;

/** Memory of one live pod, all told: namespace, links, objects. The limit that the project sets itself. */
const POD_BYTES = 0.6 * MIB;
/** Resident memory of a Node process of ours after start, and of one namespace daemon. */
const NODE_PROCESS_BYTES = 110 * MIB;
const DAEMON_BYTES = 1 * MIB;
/** Files that a Node process has open before it does anything, and those of its watches and sockets. */
const NODE_PROCESS_FILES = 60;
/** Pods that are deleted a second when nothing else goes on. */
const DRAIN_RATE: Readonly<Record<Substrate, number>> = {
  netns: 300,
  vm: 60,
  kind: 10,
  kubeconfig: 10,
  sim: 1e6,
};
/** Bringing a lab up and down: a part of its own, and one for each node. */
const LAB_TIME: Readonly<Record<Substrate, readonly [number, number]>> = {
  netns: [2.5, 0.6],
  vm: [15, 3],
  kind: [60, 30],
  kubeconfig: [5, 0],
  sim: [0, 0],
};

/** Agents share this many processes on netns when there are more nodes (src/substrate/netns/hosting.ts). */
const MAX_AGENT_PROCESSES = 8;

/** Estimates what a scenario takes; `cores` of the machine decide how many runtimes there are. */
export function costOf(spec: ScenarioSpec, substrate: Substrate, expected: Forecast, cores = 2): Cost {
  const { nodes } = spec.lab;
  const drain = spec.phases.some(({ kind }) => kind === 'drain');
  const [base, each] = LAB_TIME[substrate];
  const ours = substrate === 'netns' || substrate === 'vm';
  const agents = Math.min(nodes, MAX_AGENT_PROCESSES);
  const runtimes = Math.min(nodes, Math.max(2, cores));
  // Control plane, operator and the runner itself; the namespace daemons are fabric, outside, supervisor.
  const nodeProcesses = ours ? 3 + agents + runtimes : 1;
  const daemons = ours ? 3 + nodes : 0;
  const pods = ours ? expected.alive.expected * POD_BYTES : 0;
  return {
    lab: (base + each * nodes) * SECOND,
    drain: drain ? (expected.aliveAtEnd / DRAIN_RATE[substrate]) * SECOND : expected.lastGone - expected.span,
    memory: pods + nodeProcesses * NODE_PROCESS_BYTES + daemons * DAEMON_BYTES,
    processes: nodeProcesses + daemons,
    openFiles: NODE_PROCESS_FILES + (substrate === 'sim' ? 0 : 4 * nodes),
    links: ours ? 2 * (expected.alive.expected + nodes) + 2 : 0,
  };
}
