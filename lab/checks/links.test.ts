import { expect, test } from 'vitest';
import { anchors, relativeLinks } from './links.ts';

test('finds links to files, and neither addresses nor code', () => {
  const text =
    '[a](docs/a.md#x "title") ![b](b.svg) [c](https://c.example)\n```\n[d](d.md)\n```\n`[e](e.md)` [f](#here)';
  expect(relativeLinks(text)).toEqual([
    { line: 1, target: 'docs/a.md#x' },
    { line: 1, target: 'b.svg' },
    { line: 5, target: '#here' },
  ]);
});

test('makes anchors as GitHub does', () => {
  const text = '# The `CNI` path: ADD & DEL\n## Same\n## Same\n### [Linked](x.md) text';
  expect([...anchors(text)]).toEqual(['the-cni-path-add--del', 'same', 'same-1', 'linked-text']);
});
