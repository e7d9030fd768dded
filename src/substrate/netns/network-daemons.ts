import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NamespaceDaemon } from '../../kernel/index.ts';
import { type NodeDaemon, networkOf } from '../../networks/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import { LabError } from '../lab-error.ts';
import type { LabDirectory, NodeRecord } from './lab-directory.ts';
import type { LabTool } from './lab-tools.ts';
import { servableNodes } from './node-ipam/index.ts';
import { patience } from './patience.ts';
import { SYSTEM_PATH } from './processes.ts';

const START_TIMEOUT_MS = 60_000;
const LOOK_MS = 50;

/** Path of a node's file system, as others see it. */
const rootOf = ({ pid }: NodeRecord): string => `/proc/${pid}/root`;

/**
 * Starts what the network runs on each node, inside the node's namespaces and cgroup. Resolves when pods can be
 * attached on every node that can have a CIDR.
 * @throws LabError not-ready with the place of the log
 */
export async function startNetworkDaemons(
  lab: LabDirectory,
  spec: LabSpec,
  nodes: readonly NodeRecord[],
  tools: Readonly<Partial<Record<LabTool, string>>>,
): Promise<void> {
  const { netns } = networkOf(spec);
  if (netns?.daemon === undefined) return;
  const started: { readonly node: NodeRecord; readonly daemon: NodeDaemon }[] = [];
  for (const node of nodes) {
    const own = { name: node.name, root: rootOf(node), ips: node.ips };
    const daemon = netns.daemon(spec, own, lab.file('node-kubeconfig'));
    for (const [file, text] of Object.entries(daemon.files)) {
      const full = path.join(own.root, file);
      fs.mkdirSync(path.dirname(full), { recursive: true });
      fs.writeFileSync(full, text);
    }
    using supervisor = await NamespaceDaemon.connect(lab.daemon(node.name));
    await supervisor.start({
      name: daemon.name,
      argv: [tools[daemon.program]!, ...daemon.args],
      env: { PATH: SYSTEM_PATH, HOME: '/', ...daemon.env },
      log: lab.log(`${daemon.name}-${node.name}`),
      restart: true,
    });
    started.push({ node, daemon });
  }
  await allReady(lab, started, servableNodes(spec));
}

async function allReady(
  lab: LabDirectory,
  started: readonly { readonly node: NodeRecord; readonly daemon: NodeDaemon }[],
  enough: number,
): Promise<void> {
  const limit = patience(START_TIMEOUT_MS);
  const deadline = Date.now() + limit;
  for (;;) {
    const waiting = started.filter(
      ({ node, daemon }) => !fs.existsSync(path.join(rootOf(node), daemon.readyFile)),
    );
    if (started.length - waiting.length >= enough) return;
    if (Date.now() > deadline) {
      const { node, daemon } = waiting[0]!;
      const log = lab.log(`${daemon.name}-${node.name}`);
      const message = `${daemon.name} on ${node.name} is not ready after ${limit / 1000} s: see ${log}`;
      throw new LabError('not-ready', message);
    }
    await sleep(LOOK_MS);
  }
}
