import { BACKENDS, NEAR } from '../bed/index.ts';
import type { Case, Expectation } from '../case.ts';
import { uncovered } from '../uncovered.ts';
import { answers, BOTH, caseOf, clusterIp, INSIDE, nodePort } from './parts.ts';

const SELF = NEAR[0];
const STICKY: Expectation = { kind: 'answers', by: BACKENDS, spread: 'one' };
const REFUSED: Expectation = { kind: 'refused' };

/** sessionAffinity ClientIP, a pod that calls itself, Services without endpoints. */
export function* specialCases(): Generator<Case> {
  const affinity = { group: 'affinity', backend: BOTH, expect: STICKY };
  for (const from of INSIDE) {
    yield caseOf({ ...affinity, from, to: 'ClusterIP', address: clusterIp('sticky') });
  }
  yield caseOf({ ...affinity, from: 'outside', to: 'NodePort', address: nodePort('sticky', 'near') });

  const hairpin = { group: 'hairpin', backend: 'itself', expect: answers([SELF]) };
  for (const from of ['pod', 'pod by packets'] as const) {
    const itself = {
      ...hairpin,
      from,
      place: (bed: Parameters<Case['dial']>[0]) =>
        from === 'pod' ? bed.pod(SELF) : uncovered(bed.pod(SELF)),
    };
    yield caseOf({ ...itself, to: 'ClusterIP', address: clusterIp('itself') });
    yield caseOf({ ...itself, to: 'NodePort of its node', address: nodePort('itself', 'near') });
  }

  const empty = { group: 'no endpoints', backend: 'none', expect: REFUSED };
  for (const from of INSIDE) {
    yield caseOf({ ...empty, from, to: 'ClusterIP', address: clusterIp('empty') });
  }
  for (const from of ['pod', 'pod by packets', 'node'] as const) {
    yield caseOf({ ...empty, from, to: 'NodePort of its node', address: nodePort('empty', 'near') });
  }
  yield caseOf({ ...empty, from: 'outside', to: 'NodePort', address: nodePort('empty', 'near') });
}
