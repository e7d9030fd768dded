import path from 'node:path';
import { expect, test } from 'vitest';
import { networkOption, withNetworks } from './network-option.ts';

const parse = (text: string) => networkOption().parseArg!(text, 'churnlab');

test('a path is meant from where the command is typed, a chart of a repository is left alone', () => {
  expect(parse('bridge')).toBe('bridge');
  expect(parse('manifest:acme.yaml')).toBe(`manifest:${path.resolve('acme.yaml')}`);
  expect(parse('helm:./acme')).toBe(`helm:${path.resolve('acme')}`);
  expect(parse('helm:acme-1.0.0.tgz')).toBe(`helm:${path.resolve('acme-1.0.0.tgz')}`);
  expect(parse('helm:cilium/cilium@1.19.0')).toBe('helm:cilium/cilium@1.19.0');
  expect(() => parse('calico')).toThrow('cni:FILE, helm:CHART or manifest:PATH');
});

test('each network gets the files that go with it', () => {
  const files = { cniBin: '/bin', values: ['/a.yaml', '/b.yaml'], imageArchive: ['/a.tar'] };
  const cells = [{ network: 'churnlab', routing: 'direct' }] as const;
  expect(withNetworks(cells, ['ptp', 'cni:/a', 'helm:/b', 'manifest:/c'], files)).toEqual([
    { routing: 'direct', network: 'ptp' },
    { routing: 'direct', network: 'cni:/a', cniBin: '/bin' },
    { routing: 'direct', network: 'helm:/b', networkValues: '/a.yaml,/b.yaml', imageArchives: '/a.tar' },
    { routing: 'direct', network: 'manifest:/c', imageArchives: '/a.tar' },
  ]);
});
