import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeHostPorts } from '../../agent/index.ts';
import { removeDatapath } from '../../datapath/index.ts';
import { nodeCgroup } from '../agent/cgroup.ts';
import { attachedPods, uninstall } from './uninstall.ts';

/** The agent's pins, where the chart mounts the node's bpffs. */
const PINS = '/sys/fs/bpf/churnlab';
const SOCKET = 'run/churnlab/cni.sock';
/** Addresses and queued DELs. */
const STATE = ['run/churnlab', 'var/lib/cni/churnlab', 'var/lib/cni/networks/churnlab'];
const LOOK_MS = 100;
/** Longer than an agent's pod may take to end (agent.yaml, terminationGracePeriodSeconds). */
const END_MS = 30_000;

/**
 * Takes away all that installer and agent have put on the node that this process runs on. While pods are attached their
 * network stays, with all that it needs.
 * @param host folder that holds the node's folders
 * @returns what was done, one line each
 * @throws Error when the node's agent does not end; KernelError, DatapathError
 */
export async function removeNode(host: string): Promise<readonly string[]> {
  await untilAgentEnds(path.join(host, SOCKET));
  const links = fs.readdirSync('/sys/class/net');
  const done = [...uninstall(host, links)];
  if (attachedPods(links) > 0) return done;
  removeDatapath({ bpffsDirectory: PINS, cgroup: nodeCgroup() });
  await removeHostPorts();
  done.push('removed eBPF programs, links, routes and rules');
  for (const folder of STATE) {
    const file = path.join(host, folder);
    if (!fs.existsSync(file)) continue;
    fs.rmSync(file, { recursive: true });
    done.push(`removed ${file}`);
  }
  return done;
}

/** An agent that still runs would put back what is missing. */
async function untilAgentEnds(socket: string): Promise<void> {
  const deadline = performance.now() + END_MS;
  while (await answers(socket)) {
    if (performance.now() > deadline) throw new Error(`The agent has not ended within ${END_MS / 1000} s`);
    await sleep(LOOK_MS);
  }
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = net.connect(socket);
    connection
      .on('error', () => resolve(false))
      .on('connect', () => {
        connection.destroy();
        resolve(true);
      });
  });
}
