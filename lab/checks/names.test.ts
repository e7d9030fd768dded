import { expect, test } from 'vitest';
import { forbiddenNames } from './names.ts';

test.each([
  ['const file = "/home/ann/churnlab/a.ts";', 'a home or work folder'],
  ['COPY . /root/x', 'a home or work folder'],
  ['"resolved": "https://registry.npmjs.org/a/-/a-1.tgz"', 'a package registry'],
  ['registry=https://europe-npm.pkg.dev/x', 'a package registry'],
])('finds %s', (line, what) => {
  expect(forbiddenNames(`fine\n${line}`)).toEqual([`2: names ${what}: ${line}`]);
});

test.each([
  '/proc/1/root/run/netns',
  'a/work/b',
  '$HOME/.cache',
  '/etc/cni/net.d',
  'https://kubernetes.io/home/',
])('lets %s be', (line) => expect(forbiddenNames(line)).toEqual([]));
