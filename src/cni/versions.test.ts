import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  hasPrevResultOnDelete,
  hasVerb,
  negotiateVersion,
  PLUGIN_VERSIONS,
  parseVersion,
  SPEC_VERSIONS,
} from './versions.ts';

describe('versions', () => {
  it('orders every released version', () => {
    expect([...SPEC_VERSIONS].reverse().sort(compareVersions)).toEqual(SPEC_VERSIONS);
  });

  it('compares parts as numbers', () => {
    expect(compareVersions('1.10.0', '1.9.0')).toBeGreaterThan(0);
    expect(compareVersions('1', '1.0.0')).toBe(0);
  });

  it.each(['', 'v1.0.0', '1.0.0.0', '1..0', '-1.0', '1.0.0-rc1', ' 1.0.0'])('refuses %j', (text) => {
    expect(parseVersion(text)).toBeUndefined();
    expect(() => compareVersions(text, '1.0.0')).toThrow(`got \`${text}\``);
  });

  it.each([
    ['0.1.0', 'ADD DEL'],
    ['0.2.0', 'ADD DEL VERSION'],
    ['0.3.1', 'ADD DEL VERSION'],
    ['0.4.0', 'ADD DEL CHECK VERSION'],
    ['1.0.0', 'ADD DEL CHECK VERSION'],
    ['1.1.0', 'ADD DEL CHECK GC STATUS VERSION'],
  ])('%s has the verbs %s', (version, verbs) => {
    const all = ['ADD', 'DEL', 'CHECK', 'GC', 'STATUS', 'VERSION'] as const;
    expect(all.filter((verb) => hasVerb(version, verb)).join(' ')).toBe(verbs);
  });

  it('passes the previous result to DEL from 0.4.0 on', () => {
    expect(SPEC_VERSIONS.filter(hasPrevResultOnDelete)).toEqual(['0.4.0', '1.0.0', '1.1.0']);
  });

  it.each([
    [['1.1.0'], '1.1.0'],
    [['0.3.1', '1.0.0', '0.4.0'], '1.0.0'],
    [['1.0.0', '9.9.9'], '1.0.0'],
    [['9.9.9'], undefined],
    [['0.1.0'], undefined],
    [[], undefined],
  ])('negotiates %j to %s', (configured, expected) => {
    expect(negotiateVersion(configured, PLUGIN_VERSIONS)).toBe(expected);
  });

  it('negotiates with every plugin of a chain', () => {
    const old = ['0.3.1', '0.4.0'];
    expect(negotiateVersion(['0.3.1', '0.4.0', '1.0.0'], PLUGIN_VERSIONS, old)).toBe('0.4.0');
    expect(negotiateVersion(['1.0.0'], PLUGIN_VERSIONS, old)).toBeUndefined();
  });
});
