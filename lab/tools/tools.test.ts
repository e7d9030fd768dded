import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isAtLeast } from './go.ts';
import { GO_MODULES } from './manifest.ts';
import { locateTool, toolsFolder } from './tool-cache.ts';

beforeEach(() => void vi.stubEnv('XDG_CACHE_HOME', '/cache'));
afterEach(() => void vi.unstubAllEnvs());

describe('locateTool', () => {
  test('names the folder by module, version and recipe', () => {
    const { folder, path: file } = locateTool('host-local');
    expect(folder).toMatch(/^\/cache\/churnlab\/tools\/cni-plugins-[\d.]+-[0-9a-f]{10}$/);
    expect(file).toBe(`${folder}/host-local`);
    expect(locateTool('bridge').folder).toBe(folder);
  });

  test('falls back to ~/.cache', () => {
    vi.stubEnv('XDG_CACHE_HOME', '');
    vi.stubEnv('HOME', '/users/somebody');
    expect(toolsFolder()).toBe('/users/somebody/.cache/churnlab/tools');
  });

  test('says what there is when asked for something else', () => {
    expect(() => locateTool('kube-magic')).toThrow(
      /^Expected a tool of the manifest \(bridge, ptp, .*\), got kube-magic$/,
    );
  });
});

test('every program has one recipe', () => {
  const names = GO_MODULES.flatMap(({ programs }) => Object.keys(programs));
  expect(new Set(names).size).toBe(names.length);
});

test.each(['k6', 'podnet'])('%s is built in the versions of its go.mod', (name) => {
  const { source, module, version, go } = GO_MODULES.find((each) => each.name === name)!;
  const goMod = readFileSync(path.resolve(import.meta.dirname, '../..', source!, 'go.mod'), 'utf8');
  expect(goMod).toContain(`\ngo ${go}\n`);
  expect(goMod).toContain(`\t${module} v${version}\n`);
});

test.each([
  ['1.26.8', '1.24.2', true],
  ['1.24', '1.24.2', false],
  ['1.24.2', '1.24', true],
  ['1.9', '1.10', false],
  ['1.25rc1', '1.25', true],
])('Go %s for a module of %s: %s', (version, minimum, enough) => {
  expect(isAtLeast(version, minimum)).toBe(enough);
});
