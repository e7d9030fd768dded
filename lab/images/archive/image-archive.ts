import { createHash } from 'node:crypto';
import type { Layer } from './layer.ts';
import { type TarEntry, tar } from './tar.ts';

/** What an image is: layers from the ground up, and how a container of it begins. */
export interface ImageSpec {
  readonly layers: readonly Layer[];
  readonly config: ImageConfig;
}

/** Of https://github.com/opencontainers/image-spec/blob/main/config.md, and of Docker's, which has the same names. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly StopSignal?: string;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
}

const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/**
 * The bytes of an archive with one image under this name, in OCI's layout (`index.json`, for containerd) and Docker's
 * (`manifest.json`, for `docker load` of any age) at once, as Docker itself has saved images since 25.
 */
export function imageArchive(name: string, spec: ImageSpec): AsyncGenerator<Uint8Array> {
  return tar(archiveEntries(name, spec));
}

/** The archive's entries; layers stay files. */
export function archiveEntries(name: string, spec: ImageSpec): TarEntry[] {
  const config = blob(configOf(spec));
  const manifest = blob({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: config.digest,
      size: config.size,
    },
    layers: spec.layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
  });
  const index = {
    schemaVersion: 2,
    manifests: [
      {
        mediaType: MANIFEST,
        digest: manifest.digest,
        size: manifest.size,
        platform: { architecture: ARCHITECTURE, os: 'linux' },
        annotations: { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': tagOf(name) },
      },
    ],
  };
  const docker = [
    {
      Config: pathOf(config.digest),
      RepoTags: [name],
      Layers: spec.layers.map(({ digest }) => pathOf(digest)),
    },
  ];
  // An image may have the same layer twice; an archive has it once.
  const layers = new Map(spec.layers.map(({ digest, file }) => [digest, file]));
  return [
    text('oci-layout', { imageLayoutVersion: '1.0.0' }),
    text('index.json', index),
    text('manifest.json', docker),
    ...[config, manifest].map(({ digest, bytes }) => ({ path: pathOf(digest), mode: 0o644, text: bytes })),
    ...Array.from(layers, ([digest, file]) => ({ path: pathOf(digest), mode: 0o644, file })),
  ];
}

function configOf({ layers, config }: ImageSpec): object {
  return {
    // Of no date: the same contents are the same image.
    created: '1970-01-01T00:00:00Z',
    architecture: ARCHITECTURE,
    os: 'linux',
    config: { ...config, Env: [PATH, ...(config.Env ?? [])] },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created: '1970-01-01T00:00:00Z', created_by: 'churnlab' })),
  };
}

function blob(value: object) {
  const bytes = Buffer.from(JSON.stringify(value));
  return { bytes, size: bytes.length, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

function pathOf(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function tagOf(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

function text(path: string, value: object): TarEntry {
  return { path, mode: 0o644, text: JSON.stringify(value) };
}
