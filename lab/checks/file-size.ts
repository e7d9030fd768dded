/** Reports how long the source files are. A direction, not a limit: it never fails. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, trackedFiles } from './tracked-files.ts';

const LONG = 400;
const WANTED_MEDIAN = 100;

const sizes = trackedFiles()
  .filter((file) => /^(src|lab|xk6)\/.*\.(ts|mjs|c|h|go)$/.test(file) && !/\.test\.ts$/.test(file))
  .map((file) => ({ file, lines: readFileSync(path.join(ROOT, file), 'utf8').split('\n').length - 1 }))
  .sort((a, b) => a.lines - b.lines);
const at = (share: number) => sizes[Math.floor((sizes.length - 1) * share)]?.lines ?? 0;

for (const { file, lines } of sizes.filter((each) => each.lines > LONG)) {
  console.log(`file-size: warning: ${file} has ${lines} lines, more than ${LONG}`);
}
const median = `median ${at(0.5)} (wanted: at most ${WANTED_MEDIAN}), p90 ${at(0.9)}, longest ${at(1)}`;
console.log(`file-size: ${sizes.length} files, ${median}`);
