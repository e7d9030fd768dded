import type { RunDocument } from '../../measure/index.ts';
import { judge } from '../verdict/judge.ts';

/** run.json with the verdict beside it, for programs. */
export function toJson(run: RunDocument): string {
  return `${JSON.stringify({ verdict: judge(run), run }, null, 2)}\n`;
}
