import net from 'node:net';
import { Client } from 'undici';
import { connectTcp, Netns } from '../../../kernel/index.ts';
import type { NodeRecord } from '../lab-directory.ts';
import { METRICS_PORT } from './ports.ts';

const LOOPBACK = Uint8Array.of(127, 0, 0, 1);

/**
 * What the kube-proxy of a node says of itself: series in Prometheus' text form -> value, such as
 * `kubeproxy_sync_proxy_rules_duration_seconds_sum`. Throws KernelError ECONNREFUSED while it does not listen.
 */
export async function readMetrics(node: NodeRecord): Promise<ReadonlyMap<string, number>> {
  using netns = Netns.open(`/proc/${node.pid}/ns/net`);
  const socket = new net.Socket({
    fd: connectTcp(netns, LOOPBACK, METRICS_PORT),
    readable: true,
    writable: true,
  });
  const client = new Client(`http://127.0.0.1:${METRICS_PORT}`, {
    connect: (_options, callback) => callback(null, socket),
  });
  try {
    const { body } = await client.request({ path: '/metrics', method: 'GET' });
    return parseMetrics(await body.text());
  } finally {
    await client.destroy();
  }
}

/** Reads the text exposition format of Prometheus; comments and time stamps are left out. */
export function parseMetrics(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.includes('}') ? line.indexOf('}') + 1 : line.indexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1).split(' ')[0])];
    }),
  );
}
