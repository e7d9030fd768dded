import { expect, test } from 'vitest';
import { missingOptional } from './lock-file.ts';

test('an optional package that no place of the lock file holds is missing, with its platform', () => {
  const packages = {
    '': {},
    'node_modules/a': {
      dev: true,
      optionalDependencies: { '@a/linux-arm64-musl': '1.2.3', '@a/darwin-x64': '1.2.3' },
    },
    'node_modules/@a/darwin-x64': { version: '1.2.3' },
  };
  expect(missingOptional(packages)).toEqual([
    {
      key: 'node_modules/@a/linux-arm64-musl',
      entry: { version: '1.2.3', cpu: ['arm64'], dev: true, libc: ['musl'], optional: true, os: ['linux'] },
    },
  ]);
});

test('a package may lie beside the one that asks for it, or in any folder above', () => {
  const asks = { optionalDependencies: { b: '1.0.0' } };
  const nested = { 'node_modules/p/node_modules/a': asks };
  for (const place of [
    'node_modules/p/node_modules/a/node_modules/b',
    'node_modules/p/node_modules/b',
    'node_modules/b',
  ]) {
    expect(missingOptional({ ...nested, [place]: {} })).toEqual([]);
  }
  expect(missingOptional(nested)).toHaveLength(1);
});
