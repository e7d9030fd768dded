import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { connectTcp, Netns } from '../../../kernel/index.ts';
import { parseMetrics } from '../../metrics-text.ts';
import type { NodeRecord } from '../lab-directory.ts';
import { METRICS_PORT } from './ports.ts';

const LOOPBACK = Uint8Array.of(127, 0, 0, 1);
const TIMEOUT_MS = 2000;

/**
 * What the kube-proxy of a node says of itself: series in Prometheus' text form -> value, such as
 * `kubeproxy_sync_proxy_rules_duration_seconds_sum`. Throws KernelError ECONNREFUSED while it does not listen.
 */
export async function readMetrics(node: NodeRecord): Promise<ReadonlyMap<string, number>> {
  using netns = Netns.open(`/proc/${node.pid}/ns/net`);
  const fd = connectTcp(netns, LOOPBACK, METRICS_PORT);
  const request = http.get({
    path: '/metrics',
    createConnection: () => new net.Socket({ fd }),
    timeout: TIMEOUT_MS,
  });
  request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
  return parseMetrics(await text(answer));
}
