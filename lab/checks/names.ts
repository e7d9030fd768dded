/** Checks that no file of the repository names a path or a host that only one machine or network has. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, trackedFiles } from './tracked-files.ts';

/** Lock files and settings written on one machine carry these to all others. */
const FORBIDDEN: Readonly<Record<string, RegExp>> = {
  'a home or work folder': /(?<![\w.:}-])\/(?:root|work|(?:home|Users)\/[a-z][\w-]*)\//,
  'a package registry':
    /\b(?:registry\.npmjs\.org|deb\.debian\.org|proxy\.golang\.org|pypi\.org|[\w-]+\.pkg\.dev|artifactory)\b/i,
};

const OWN = new Set(['lab/checks/names.ts', 'lab/checks/names.test.ts']);

/** Lines of a text that name what they must not, as `line: what: text`. */
export function forbiddenNames(text: string): string[] {
  return text.split('\n').flatMap((line, index) =>
    Object.entries(FORBIDDEN)
      .filter(([, pattern]) => pattern.test(line))
      .map(([what]) => `${index + 1}: names ${what}: ${line.trim().slice(0, 100)}`),
  );
}

function main(): void {
  const problems = trackedFiles()
    .filter((file) => !OWN.has(file))
    .flatMap((file) => {
      const bytes = readFileSync(path.join(ROOT, file));
      const isBinary = bytes.subarray(0, 8192).includes(0);
      return isBinary ? [] : forbiddenNames(bytes.toString()).map((problem) => `${file}:${problem}`);
    });
  for (const line of problems) console.error(line);
  console.log(problems.length === 0 ? 'names: ok' : `names: ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (import.meta.main) main();
