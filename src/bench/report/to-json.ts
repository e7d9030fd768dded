import type { SuiteResult } from '../cni-suite.ts';
import { figures } from './figures.ts';

/** The figures and all that they were made from, every sample included. */
export function toJson(result: SuiteResult): string {
  return `${JSON.stringify({ figures: figures(result), ...result }, null, 1)}\n`;
}
