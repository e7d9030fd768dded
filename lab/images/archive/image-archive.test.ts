import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { archiveEntries } from './image-archive.ts';
import type { Layer } from './layer.ts';

const layer = (name: string, diffId = `sha256:${name}`): Layer => ({
  file: `/layers/${name}`,
  size: 10,
  digest: `sha256:${name}`,
  diffId,
  mediaType: 'application/vnd.oci.image.layer.v1.tar',
});

const spec = {
  layers: [layer('aa'), layer('bb', 'sha256:plain'), layer('aa')],
  config: { Entrypoint: ['/pause'], Env: ['A=1'], StopSignal: 'SIGTERM' },
};

/** The archive's files: name -> parsed JSON, or the file that it is a copy of. */
function files(name = 'host/some/image:1.2') {
  return new Map(
    archiveEntries(name, spec).map((entry) => [
      entry.path,
      'text' in entry ? JSON.parse(String(entry.text)) : 'file' in entry ? entry.file : undefined,
    ]),
  );
}

test('both ways in lead to the same configuration and layers', () => {
  const all = files();
  const [{ Config, RepoTags, Layers }] = all.get('manifest.json');
  const [oci] = all.get('index.json').manifests;
  const manifest = all.get(`blobs/${oci.digest.replace(':', '/')}`);
  expect(`blobs/${manifest.config.digest.replace(':', '/')}`).toBe(Config);
  expect(manifest.layers.map(({ digest }: Layer) => `blobs/${digest.replace(':', '/')}`)).toEqual(Layers);
  expect(RepoTags).toEqual(['host/some/image:1.2']);
  expect(oci.annotations).toEqual({
    'io.containerd.image.name': 'host/some/image:1.2',
    'org.opencontainers.image.ref.name': '1.2',
  });
});

test('the configuration names the plain sums, and has a PATH', () => {
  const all = files();
  const config = all.get(all.get('manifest.json')[0].Config);
  expect(config.rootfs.diff_ids).toEqual(['sha256:aa', 'sha256:plain', 'sha256:aa']);
  expect(config.config).toEqual({
    Entrypoint: ['/pause'],
    Env: [expect.stringMatching(/^PATH=/), 'A=1'],
    StopSignal: 'SIGTERM',
  });
});

test('a layer that comes twice is in the archive once', () => {
  const copies = archiveEntries('a:1', spec).filter((entry) => 'file' in entry);
  expect(copies.map(({ path }) => path)).toEqual(['blobs/sha256/aa', 'blobs/sha256/bb']);
});

test('blobs are named by their own sums', () => {
  for (const entry of archiveEntries('a:1', spec)) {
    if (!('text' in entry) || !entry.path.startsWith('blobs/')) continue;
    expect(entry.path).toBe(`blobs/sha256/${createHash('sha256').update(entry.text).digest('hex')}`);
  }
});
