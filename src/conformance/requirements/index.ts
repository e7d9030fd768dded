import { type Requirement, SECTIONS } from '../requirement.ts';
import { add } from './add.ts';
import { check } from './check.ts';
import { configuration } from './configuration.ts';
import { del } from './del.ts';
import { delegation } from './delegation.ts';
import { lifecycle } from './lifecycle.ts';
import { parameters } from './parameters.ts';
import { result } from './result.ts';
import { statusAndGc } from './status-and-gc.ts';

const ALL = [
  ...[configuration, parameters, result, add, del, check, statusAndGc, lifecycle, delegation].flat(),
];

/** What is asked, in the order of the specification. */
export const REQUIREMENTS: readonly Requirement[] = SECTIONS.flatMap((section) =>
  ALL.filter((requirement) => requirement.section === section),
);
