import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { cacheDirectory } from '../../setup/index.ts';

/** A layer as a file: https://github.com/opencontainers/image-spec/blob/main/layer.md. */
export interface Layer {
  readonly file: string;
  readonly size: number;
  /** Of the file. */
  readonly digest: string;
  /** Of the tar, which is the file where it is not compressed. */
  readonly diffId: string;
  readonly mediaType: string;
}

/** How a layer is made: writes a tar. */
export type MakeLayer = (tarFile: string) => Promise<void>;

const TAR = 'application/vnd.oci.image.layer.v1.tar';

/** Where layers are kept, by key. */
export function layersFolder(): string {
  return path.join(cacheDirectory(), 'layers');
}

/**
 * The layer of this key, made if the cache does not hold it. The key says everything that decides the contents;
 * see layerKey.
 */
export async function ensureLayer(
  key: string,
  make: MakeLayer,
  { compress = false, store = layersFolder() } = {},
): Promise<Layer> {
  const folder = path.join(store, key);
  if (!existsSync(folder)) await makeLayer(folder, make, compress);
  utimesSync(folder, new Date(), new Date()); // see removeUnusedLayers
  const { digest, diffId } = JSON.parse(readFileSync(path.join(folder, 'digests.json'), 'utf8'));
  const file = path.join(folder, compress ? 'layer.tar.gz' : 'layer.tar');
  return { file, size: statSync(file).size, digest, diffId, mediaType: compress ? `${TAR}+gzip` : TAR };
}

async function makeLayer(folder: string, make: MakeLayer, compress: boolean): Promise<void> {
  const store = path.dirname(folder);
  mkdirSync(store, { recursive: true });
  const work = mkdtempSync(path.join(store, '.make-'));
  try {
    const plain = path.join(work, 'layer.tar');
    await make(plain);
    const diffId = await digestOf(plain);
    let digest = diffId;
    if (compress) {
      const small = path.join(work, 'layer.tar.gz');
      const gzip = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: 1 << 18 });
      await pipeline(createReadStream(plain, { highWaterMark: 1 << 20 }), gzip, createWriteStream(small));
      rmSync(plain);
      digest = await digestOf(small);
    }
    writeFileSync(path.join(work, 'digests.json'), JSON.stringify({ digest, diffId }));
    renameSync(work, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // else somebody else was quicker
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** `sha256:` and the sum of a file. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return `sha256:${hash.digest('hex')}`;
}
