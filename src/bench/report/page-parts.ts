/** What has a part of docs/performance.md each, in the order of the page: a suite, and for some how it was called. */
const PARTS = ['cni', 'ipam', 'services', 'kind', 'kind --network bridge', 'kind --network ptp'] as const;
export type Part = (typeof PARTS)[number];

const mark = (part: Part): string => `<!-- npm run bench -- ${part} -->`;

/** The page with one part replaced, or put in its place; the others stay as they are. */
export function placePart(page: string, part: Part, text: string): string {
  const parts = new Map<Part, string>(partsOf(page));
  parts.set(part, text.trim());
  return `${PARTS.flatMap((name) => {
    const own = parts.get(name);
    return own === undefined ? [] : [`${mark(name)}\n${own}`];
  }).join('\n\n')}\n`;
}

/** A page without marks is that of the suite that was there first. */
function partsOf(page: string): [Part, string][] {
  const places = PARTS.map((part) => ({ part, at: page.indexOf(mark(part)) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  if (places.length === 0) return page.trim() === '' ? [] : [['cni', page.trim()]];
  return places.map(({ part, at }, i) => [
    part,
    page.slice(at + mark(part).length, places[i + 1]?.at ?? page.length).trim(),
  ]);
}
