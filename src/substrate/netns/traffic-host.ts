import type { KubeClient } from '../../kube/index.ts';
import { startDaemonDialer, type TrafficHost, type TrafficPlace } from '../../traffic/index.ts';
import { LabError } from '../lab-error.ts';
import type { LabDirectory, LabRecord } from './lab-directory.ts';
import { findPlace } from './place.ts';

/** World beyond the nodes: it has a namespace daemon as a node has, and no pods. */
const OUTSIDE = 'outside';

/** How traffic finds its way in a netns lab. */
export function trafficHost(
  directory: LabDirectory,
  record: LabRecord,
  client: KubeClient,
  answerForPods: (responder: string) => Promise<void>,
): TrafficHost {
  const folder = directory.file('traffic');
  return {
    directory: folder,
    nodes: record.nodes.map(({ name }) => name),
    dialer: (node, program) =>
      startDaemonDialer({ node, daemon: directory.daemon(node), program, directory: folder }),
    daemon: (node) => directory.daemon(node),
    find: (target) => find(record, client, target),
    answerForPods,
  };
}

/** @throws LabError no-such-place; not-ready for a pod without a network namespace */
async function find(record: LabRecord, client: KubeClient, target: string): Promise<TrafficPlace> {
  const { node, name, net, isPod } = await findPlace(record, client, target);
  if (node !== undefined) return { name, node, netns: isPod ? net : '', isPod };
  if (target === OUTSIDE) return { name, node: OUTSIDE, netns: '', isPod };
  throw new LabError('no-such-place', `Expected a node, a pod or ${OUTSIDE} to dial from, got ${target}`);
}
