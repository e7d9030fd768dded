/** Checks that every relative link of the documentation leads to a file, and its anchor to a heading there. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ROOT, trackedFiles } from './tracked-files.ts';

export interface Link {
  readonly line: number;
  readonly target: string;
}

/** Links and images of a Markdown text that lead to files, code aside. */
export function relativeLinks(markdown: string): Link[] {
  let inFence = false;
  return markdown.split('\n').flatMap((text, index) => {
    if (/^\s*(```|~~~)/.test(text)) inFence = !inFence;
    if (inFence) return [];
    const targets = [...text.replace(/`[^`]*`/g, '').matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)];
    return targets
      .map(([, target = '']) => ({ line: index + 1, target }))
      .filter(({ target }) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
  });
}

/** Anchors that a Markdown text offers, made from its headings as GitHub makes them. */
export function anchors(markdown: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading = ''] of markdown.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    for (let n = 0; ; n++) {
      const name = n === 0 ? slug : `${slug}-${n}`;
      if (!found.has(name)) {
        found.add(name);
        break;
      }
    }
  }
  return found;
}

function problemOf(file: string, target: string): string | undefined {
  const [name = '', anchor] = decodeURIComponent(target).split('#');
  const place = name === '' ? file : path.join(name.startsWith('/') ? '' : path.dirname(file), name);
  const absolute = path.join(ROOT, place);
  if (!existsSync(absolute)) return `${place} is not there`;
  if (!anchor || !place.endsWith('.md') || !statSync(absolute).isFile()) return undefined;
  return anchors(readFileSync(absolute, 'utf8')).has(anchor)
    ? undefined
    : `${place} has no heading #${anchor}`;
}

function main(): void {
  const files = trackedFiles().filter((file) => file.endsWith('.md'));
  const problems = files.flatMap((file) =>
    relativeLinks(readFileSync(path.join(ROOT, file), 'utf8')).flatMap(({ line, target }) => {
      const problem = problemOf(file, target);
      return problem ? [`${file}:${line}: ${problem}`] : [];
    }),
  );
  for (const line of problems) console.error(line);
  console.log(problems.length === 0 ? 'links: ok' : `links: ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (import.meta.main) main();
