import type { Problem } from '../source/source.ts';
import { checkBrought } from './brought.ts';
import { checkChanges } from './changes.ts';
import { checkCidrs } from './cidrs.ts';
import { checkFaults } from './faults.ts';
import { checkGates } from './gates.ts';
import { checkDemand, checkIpam } from './ipam.ts';
import { checkPhases } from './phases.ts';
import { checkTraffic } from './traffic.ts';
import type { View } from './view.ts';

/** What goes beyond one field of a lab. */
export function checkLab(view: View): Problem[] {
  return [checkCidrs, checkIpam, checkBrought].flatMap((check) => check(view));
}

/** All checks that go beyond one field and need no file: each says what is wrong and goes on. */
export function checkView(view: View): Problem[] {
  return [checkLab, checkPhases, checkTraffic, checkDemand, checkChanges, checkGates, checkFaults].flatMap(
    (check) => check(view),
  );
}

export { checkAddresses } from './addresses.ts';
export { checkFill } from './fill.ts';
export { notYet } from './not-yet.ts';
export { checkSupply } from './supply.ts';
export { type ReadFile, readTrace } from './traces.ts';
export { type ParsedPhase, type Placed, type View, viewOf } from './view.ts';
