import { BACKENDS, FAR, NEAR } from '../bed/index.ts';
import type { Case } from '../case.ts';
import { answers, BOTH, caseOf, nobody, OTHER, SAME } from './parts.ts';

const GROUP = 'pod IP';
const WORLD = 'the world outside the cluster has no route to pods';

/** Pod to pod, without anybody between. */
export function* directCases(): Generator<Case> {
  for (const from of ['pod', 'node', 'outside'] as const) {
    for (const [backend, pods] of [
      [SAME, NEAR],
      [OTHER, FAR],
    ] as const) {
      yield caseOf({
        ...{ group: GROUP, from, to: 'pod IP', backend, needs: 'pods' },
        address: (bed, column) => pods.map((name) => bed.podTarget(name, column)),
        expect: from === 'outside' ? nobody(WORLD) : answers(pods),
      });
    }
  }
  for (const from of ['pod', 'node'] as const) {
    yield caseOf({
      ...{ group: 'headless', from, to: 'headless', backend: BOTH, needs: 'slices' },
      address: (bed, column) => bed.endpoints('headless', column),
      expect: answers(BACKENDS),
    });
  }
}
