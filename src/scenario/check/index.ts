import type { Problem } from '../source/source.ts';
import { checkCidrs } from './cidrs.ts';
import { checkFaults } from './faults.ts';
import { checkGates } from './gates.ts';
import { checkPhases } from './phases.ts';
import type { View } from './view.ts';

/** All checks that go beyond one field and need no file: each says what is wrong and goes on. */
export function checkView(view: View): Problem[] {
  return [checkCidrs, checkPhases, checkGates, checkFaults].flatMap((check) => check(view));
}

export { checkAddresses } from './addresses.ts';
export { roomOf } from './capacity.ts';
export { checkCidrs } from './cidrs.ts';
export { notYet } from './not-yet.ts';
export { checkSupply } from './supply.ts';
export { type ReadFile, readTrace } from './traces.ts';
export { type ParsedPhase, type Placed, type View, viewOf } from './view.ts';
