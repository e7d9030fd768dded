import colors from 'picocolors';
import type { SuiteResult } from '../cni-suite.ts';
import { partText } from './part.ts';
import { cniPart } from './sections.ts';

/** The result for a terminal. */
export function toText(result: SuiteResult, color = colors.isColorSupported): string {
  return partText(cniPart(result), color);
}
