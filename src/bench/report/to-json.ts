import type { SuiteResult } from '../cni-suite.ts';
import { partJson } from './part.ts';
import { cniPart } from './sections.ts';

/** The figures and all that they were made from, every sample included. */
export function toJson(result: SuiteResult): string {
  return partJson(cniPart(result));
}
