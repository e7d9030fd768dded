import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { install } from './install.ts';
import { uninstall } from './uninstall.ts';

let host: string;
let plugin: string;

beforeEach(() => {
  host = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-install-'));
  onTestFinished(() => fs.rmSync(host, { recursive: true }));
  plugin = path.join(host, 'plugin');
  fs.writeFileSync(plugin, 'program');
  fs.mkdirSync(path.join(host, 'etc/cni/net.d'), { recursive: true });
});

const configurations = () => fs.readdirSync(path.join(host, 'etc/cni/net.d')).sort();
const configure = (...names: string[]) => {
  for (const name of names) fs.writeFileSync(path.join(host, 'etc/cni/net.d', name), name);
};
const binaries = () => fs.readdirSync(path.join(host, 'opt/cni/bin'));

test('the plugin is there, executable, and nothing else; again it is left as it is', () => {
  expect(install(host, plugin, { exclusive: true })).toEqual([`installed ${host}/opt/cni/bin/churnlab-cni`]);
  const file = path.join(host, 'opt/cni/bin/churnlab-cni');
  expect([fs.readFileSync(file, 'utf8'), fs.statSync(file).mode & 0o777]).toEqual(['program', 0o755]);
  expect(install(host, plugin, { exclusive: true })).toEqual([]);
  expect(binaries()).toEqual(['churnlab-cni']);
});

test('a new version replaces the file, not what is in it: a call that runs goes on with its own', () => {
  install(host, plugin, { exclusive: true });
  const file = path.join(host, 'opt/cni/bin/churnlab-cni');
  const running = fs.openSync(file, 'r');
  onTestFinished(() => fs.closeSync(running));
  fs.writeFileSync(plugin, 'newer');
  install(host, plugin, { exclusive: true });
  expect(fs.readFileSync(running, 'utf8')).toBe('program');
  expect(fs.readFileSync(file, 'utf8')).toBe('newer');
});

test('what another network configured is put aside and given back', () => {
  configure('05-other.conf', '10-churnlab.conflist', '99-third.conflist', 'README');
  const before = configurations();
  install(host, plugin, { exclusive: true });
  expect(configurations()).toEqual([
    '05-other.conf.churnlab-saved',
    '10-churnlab.conflist',
    '99-third.conflist.churnlab-saved',
    'README',
  ]);
  uninstall(host, ['lo', 'eth0']);
  expect(configurations()).toEqual(before.filter((name) => name !== '10-churnlab.conflist'));
  expect(binaries()).toEqual([]);
});

test('others stay when they are wanted', () => {
  configure('05-other.conf');
  install(host, plugin, { exclusive: false });
  expect(configurations()).toEqual(['05-other.conf']);
});

test('while pods are attached the plugin stays, to detach them', () => {
  install(host, plugin, { exclusive: true });
  expect(uninstall(host, ['eth0', 'lxc0123456789ab'])).toEqual([
    '1 pods are still attached: churnlab-cni stays, to detach them',
  ]);
  expect(binaries()).toEqual(['churnlab-cni']);
});

test('nothing is done on a node where nothing is', () => {
  fs.rmSync(path.join(host, 'etc'), { recursive: true });
  expect(uninstall(host, [])).toEqual([]);
});
