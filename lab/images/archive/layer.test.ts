import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { withFolders } from './files-layer.ts';
import { ensureLayer } from './layer.ts';
import { layerKey } from './layer-key.ts';
import { removeUnusedLayers } from './unused-layers.ts';

const CONTENT = 'some tar';
const SUM = `sha256:${createHash('sha256').update(CONTENT).digest('hex')}`;

let store: string;
let made: number;
const make = async (file: string): Promise<void> => {
  made += 1;
  writeFileSync(file, CONTENT);
};

beforeEach(() => {
  made = 0;
  store = mkdtempSync(path.join(tmpdir(), 'clb-layers-'));
  onTestFinished(() => rmSync(store, { recursive: true }));
});

test('a layer is made once and keeps its sums', async () => {
  const layer = await ensureLayer('base-1', make, { store });
  expect(layer).toEqual({
    file: path.join(store, 'base-1/layer.tar'),
    size: CONTENT.length,
    digest: SUM,
    diffId: SUM,
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
  });
  expect(await ensureLayer('base-1', make, { store })).toEqual(layer);
  expect(made).toBe(1);
});

test('a compressed layer is known by both sums', async () => {
  const { file, digest, diffId, mediaType } = await ensureLayer('base-1', make, { store, compress: true });
  expect(gunzipSync(readFileSync(file)).toString()).toBe(CONTENT);
  expect(diffId).toBe(SUM);
  expect(digest).toBe(`sha256:${createHash('sha256').update(readFileSync(file)).digest('hex')}`);
  expect(mediaType).toMatch(/\+gzip$/);
  expect(existsSync(path.join(store, 'base-1/layer.tar'))).toBe(false);
});

test('what fails leaves nothing half-made', async () => {
  const fail = () => Promise.reject(new Error('no space'));
  await expect(ensureLayer('base-1', fail, { store })).rejects.toThrow('no space');
  expect(readdirSync(store)).toEqual([]);
});

test('two at once get the same layer', async () => {
  const [one, two] = await Promise.all([
    ensureLayer('base-1', make, { store }),
    ensureLayer('base-1', make, { store }),
  ]);
  expect(one).toEqual(two);
  expect(readdirSync(store)).toEqual(['base-1']);
});

test('what no image was made of for two weeks goes', async () => {
  await ensureLayer('old-1', make, { store });
  await ensureLayer('new-1', make, { store });
  const old = new Date('2000-01-01');
  utimesSync(path.join(store, 'old-1'), old, old);
  removeUnusedLayers(14, store);
  expect(readdirSync(store)).toEqual(['new-1']);
});

test('a key says for what, and changes with each input', () => {
  const key = layerKey('base', { packages: ['a', 'b'] });
  expect(key).toMatch(/^base-[0-9a-f]{16}$/);
  expect(layerKey('base', { packages: ['a', 'b'] })).toBe(key);
  expect(layerKey('base', { packages: ['a', 'c'] })).not.toBe(key);
});

test('folders come before what is in them, once, and with their own mode where it is said', () => {
  const entries = [
    { path: 'opt/a/one', mode: 0o644, text: '' },
    { path: 'tmp', mode: 0o1777, directory: true },
    { path: 'opt/a/two', mode: 0o644, text: '' },
  ] as const;
  const folder = (name: string) => ({ path: name, mode: 0o755, directory: true });
  expect(withFolders(entries)).toEqual([folder('opt'), folder('opt/a'), ...entries]);
});
