import type { Case } from '../step.ts';
import { appliedCases } from './applied.ts';
import { customCases } from './custom.ts';
import { listCases } from './lists.ts';
import { namespaceCases } from './namespaces.ts';
import { nodeCases } from './nodes.ts';
import { objectCases } from './objects.ts';
import { patchCases } from './patches.ts';
import { podCases } from './pods.ts';
import { representationCases } from './representations.ts';
import { serviceCases } from './services.ts';
import { watchCases } from './watches.ts';

/** Everything that the embedded API promises, by subject. */
export const CONTRACT: Readonly<Record<string, readonly Case[]>> = {
  objects: objectCases,
  lists: listCases,
  watches: watchCases,
  patches: patchCases,
  pods: podCases,
  services: serviceCases,
  nodes: nodeCases,
  namespaces: namespaceCases,
  custom: customCases,
  applied: appliedCases,
  representations: representationCases,
};
