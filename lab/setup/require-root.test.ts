import { expect, test } from 'vitest';
import { missingPrivilege, requireRoot } from './require-root.ts';

const ALL = (1n << 41n) - 1n;

test('root with its capabilities may go on', () => {
  expect(missingPrivilege({ uid: 0, capabilities: ALL })).toBeUndefined();
  expect(() => requireRoot('churnlab lab up', { uid: 0, capabilities: ALL })).not.toThrow();
});

test('a plain user is told what to do in one line', () => {
  expect(() => requireRoot('churnlab lab up', { uid: 1000, capabilities: 0n })).toThrow(
    'churnlab lab up makes network namespaces and loads BPF programs, this is not root (uid 1000): run it with sudo, or add --in-container where Docker is',
  );
});

test('root in an ordinary container is told what it lacks', () => {
  expect(missingPrivilege({ uid: 0, capabilities: ALL & ~(1n << 21n) })).toBe('root without CAP_SYS_ADMIN');
});
