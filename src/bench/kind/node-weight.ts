import fs from 'node:fs';
import { type Lab, processStat, usageOf } from '../../substrate/index.ts';

/** Resident memory of a kind of process on a node. */
export interface ProcessWeight {
  readonly name: string;
  readonly count: number;
  /** Of all of them, bytes; pages that several share count in each. */
  readonly rssBytes: number;
}

/** What runs on a node, the heaviest first. */
export type NodeWeight = readonly ProcessWeight[];

/**
 * Weighs every process of a node by what it is: those of the network and of kube-proxy by their component, others by
 * their program.
 * @param pid of the node's first process
 */
export async function weighNode(lab: Lab, node: string, pid: number): Promise<NodeWeight> {
  const components = new Map(
    (await lab.processes()).map((process) => [process.pid, componentOf(process.name, node)]),
  );
  const weights = new Map<string, ProcessWeight>();
  for (const { pid: own, name: program } of descendants(pid)) {
    const rssBytes = usageOf(own)?.rssBytes ?? 0;
    const name = components.get(own) ?? program;
    const { count, rssBytes: sum } = weights.get(name) ?? { count: 0, rssBytes: 0 };
    weights.set(name, { name, count: count + 1, rssBytes: sum + rssBytes });
  }
  return [...weights.values()].sort((a, b) => b.rssBytes - a.rssBytes);
}

/** `agent-n2` is the agent; a pod of the operator has a name of its own. */
function componentOf(name: string, node: string): string {
  if (name.endsWith(`-${node}`)) return name.slice(0, -node.length - 1);
  return 'operator';
}

/** The process and all below it; whoever ends meanwhile is left out. */
function descendants(root: number): { readonly pid: number; readonly name: string }[] {
  const children = new Map<number, { pid: number; name: string }[]>();
  for (const entry of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const pid = Number(entry);
    const stat = processStat(pid);
    if (stat === undefined) continue;
    const parent = Number(stat.field(4));
    children.set(parent, [...(children.get(parent) ?? []), { pid, name: stat.name }]);
  }
  const below = (pid: number): { pid: number; name: string }[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child.pid)]);
  return below(root);
}
