import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AddressWatch } from './address-watch.ts';
import type { AddressChange } from './lab.ts';

const TASKS = 'run/containerd/io.containerd.runtime.v2.task/k8s.io';

let root: string;
let changes: AddressChange[];

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-addresses-'));
  changes = [];
});
afterEach(() => fs.rmSync(root, { recursive: true }));

const put = (file: string, text = ''): void => {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), text);
};
const remove = (file: string): void => fs.rmSync(path.join(root, file), { recursive: true });
const open = () => AddressWatch.open([{ name: 'n1', root }], (change) => changes.push(change));
const seen = () => changes.map(({ kind, node, pod, ips }) => [kind, node, pod, ...ips].join(' '));

const cached = (id: string): string => `var/lib/cni/results/acme-${id}-eth0`;
/** What host-local and libcni write for an ADD. */
function attach(id: string, ip: string): void {
  put(path.join(TASKS, id, 'config.json'));
  put(`var/lib/cni/networks/acme/${ip}`, `${id}\r\neth0`);
  const cniArgs = [
    ['K8S_POD_NAMESPACE', 'default'],
    ['K8S_POD_NAME', id],
  ];
  const result = { ips: [{ address: `${ip}/24` }] };
  put(cached(id), JSON.stringify({ kind: 'cniCacheV1', containerId: id, cniArgs, result }));
}

test('pods that are there are told of first, then who comes and goes', async () => {
  attach('old', '10.20.0.2');
  using _ = open();
  expect(seen()).toEqual(['granted n1 default/old 10.20.0.2']);
  attach('new', '10.20.0.3');
  await expect.poll(seen).toContain('granted n1 default/new 10.20.0.3');
  remove(path.join(TASKS, 'old'));
  remove('var/lib/cni/networks/acme/10.20.0.2');
  await expect.poll(seen).toContain('released n1 default/old 10.20.0.2');
  remove(cached('old'));
  attach('next', '10.20.0.2');
  await expect.poll(seen).toHaveLength(4);
});

test('an address that went to the next one before it was looked is released first', async () => {
  attach('last', '10.20.0.2');
  using _ = open();
  remove(path.join(TASKS, 'last'));
  remove('var/lib/cni/networks/acme/10.20.0.2');
  attach('next', '10.20.0.2');
  await expect.poll(seen).toHaveLength(3);
  const [, ...later] = changes.toSorted((a, b) => a.at - b.at || (a.kind === 'released' ? -1 : 1));
  expect(later.map(({ kind, pod }) => `${kind} ${pod}`)).toEqual([
    'released default/last',
    'granted default/next',
  ]);
});

test('an address that is taken from a pod that runs is still its own', async () => {
  attach('alive', '10.20.0.2');
  using _ = open();
  remove('var/lib/cni/networks/acme/10.20.0.2');
  attach('other', '10.20.0.2');
  await expect
    .poll(seen)
    .toEqual(['granted n1 default/alive 10.20.0.2', 'granted n1 default/other 10.20.0.2']);
  remove(cached('alive'));
  await expect.poll(seen).toContain('released n1 default/alive 10.20.0.2');
});

test('the loopback that containerd attaches as well, and files that are no results, are nobody’s', () => {
  const result = { ips: [{ address: '127.0.0.1/8' }, { address: '::1/128' }] };
  put('var/lib/cni/results/cni-loopback-a-lo', JSON.stringify({ containerId: 'a', result }));
  put('var/lib/cni/results/torn', '{"containerId":');
  using _ = open();
  expect(changes).toEqual([]);
});
