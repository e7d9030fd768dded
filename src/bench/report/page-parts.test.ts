import { expect, it } from 'vitest';
import { placePart } from './page-parts.ts';

it('keeps what other suites wrote', () => {
  const first = placePart('', 'cni', '# CNI\nold');
  const both = placePart(first, 'ipam', '# Addresses\nold');
  expect(both).toContain('# CNI');
  const again = placePart(both, 'cni', '# CNI\nnew');
  expect(again).toContain('new');
  expect(again).toContain('# Addresses\nold');
  expect(again).not.toContain('# CNI\nold');
  expect(placePart(again, 'cni', '# CNI\nnew')).toBe(again);
});

it('takes a page from before there were parts for that of the first suite', () => {
  const page = placePart('# Performance\nold\n', 'ipam', '# Addresses');
  expect(page.indexOf('# Performance')).toBeLessThan(page.indexOf('# Addresses'));
});
