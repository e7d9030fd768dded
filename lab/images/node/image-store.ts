/**
 * A containerd's content store as a layer, so that nodes have the images of Kubernetes without asking anybody. A
 * containerd of our own fills it and ends; nothing is unpacked or mounted here, nodes do that when they need it.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { $ } from 'zx';
import type { Report } from '../../setup/index.ts';
import { ensureTool } from '../../tools/index.ts';
import { archiveEntries, imageArchive } from '../archive/image-archive.ts';
import { ensureLayer, type Layer } from '../archive/layer.ts';
import { layerKey } from '../archive/layer-key.ts';
import { ImageError } from '../image-error.ts';
import type { NamedImage } from './kubernetes-images.ts';

/** Of all images: known to the kubelet, and never collected by it. */
const LABELS = ['io.cri-containerd.image=managed', 'io.cri-containerd.pinned=pinned'];
/** Of the store; the rest belongs to the containerd that ran here, and each node makes its own. */
const KEPT = ['io.containerd.content.v1.content', 'io.containerd.metadata.v1.bolt'];
const START_MS = 20_000;
const STEP_MS = 100;

/** A layer with `/var/lib/containerd` that holds these. @throws ImageError store-failed */
export async function imageStoreLayer(images: readonly NamedImage[], report: Report): Promise<Layer> {
  const containerd = await ensureTool('containerd', { onProgress: report });
  const ctr = await ensureTool('ctr', { onProgress: report });
  const key = layerKey('node-images', [path.basename(path.dirname(containerd)), KEPT, images.map(identity)]);
  return await ensureLayer(key, async (file) => {
    report('filling the image store of the node');
    // Beside the layer, which has room for it; sockets where their paths are short.
    const root = mkdtempSync(path.join(path.dirname(file), 'root-'));
    const run = mkdtempSync(path.join(tmpdir(), 'clb-store-'));
    try {
      await fill(path.join(root, 'var/lib/containerd'), run, { containerd, ctr }, images);
      const words = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
      await $({ quiet: true })`tar ${words} --directory ${root} --create --file ${file} var`;
    } finally {
      for (const folder of [root, run]) rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** What is in the image, by its manifest: layers are named there by their sums. */
function identity({ reference, spec }: NamedImage): string {
  const texts = archiveEntries(reference, spec).flatMap((entry) => ('text' in entry ? [entry.text] : []));
  return createHash('sha256').update(texts.map(String).join()).digest('hex');
}

interface Programs {
  readonly containerd: string;
  readonly ctr: string;
}

async function fill(root: string, run: string, { containerd, ctr }: Programs, images: readonly NamedImage[]) {
  mkdirSync(root, { recursive: true });
  const [config, log, socket] = [`${run}/config.toml`, `${run}/log`, `${run}/sock`];
  writeFileSync(config, storeConfig(root, run, socket));
  const output = openSync(log, 'w');
  const daemon = spawn(containerd, ['--config', config], { stdio: ['ignore', output, output] });
  const ended = new Promise((resolve) => daemon.on('exit', resolve).on('error', resolve));
  closeSync(output);
  try {
    const call = $({ quiet: true, env: { ...process.env, CONTAINERD_NAMESPACE: 'k8s.io' } });
    const ask = (...words: readonly string[]) => call`${ctr} --address ${socket} ${words}`;
    await untilServes(async () => existsSync(socket) && (await ask('version').nothrow()).exitCode === 0);
    for (const { reference, spec } of images) {
      const archive = path.join(run, 'image.tar');
      await pipeline(Readable.from(imageArchive(reference, spec)), createWriteStream(archive));
      await ask('images', 'import', '--no-unpack', '--local', archive);
      await ask('images', 'label', reference, ...LABELS);
    }
  } catch (error) {
    const last = readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) ?? '';
    throw new ImageError('store-failed', `fill the image store: ${(error as Error).message} (${last})`);
  } finally {
    daemon.kill('SIGTERM');
    await ended;
  }
  for (const name of readdirSync(root).filter((each) => !KEPT.includes(each))) {
    rmSync(path.join(root, name), { recursive: true });
  }
}

async function untilServes(serves: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await serves()); waited += STEP_MS) {
    if (waited >= START_MS) throw new Error('containerd does not answer');
    await sleep(STEP_MS);
  }
}

/** Only what keeps content: no CRI, no snapshots, no place of the machine's own. */
function storeConfig(root: string, state: string, socket: string): string {
  const disabled = [
    'io.containerd.cri.v1.images',
    'io.containerd.cri.v1.runtime',
    'io.containerd.grpc.v1.cri',
    'io.containerd.internal.v1.opt',
    'io.containerd.nri.v1.nri',
  ];
  return `version = 3
root = "${root}"
state = "${state}"
disabled_plugins = ${JSON.stringify(disabled)}

[grpc]
  address = "${socket}"

[ttrpc]
  address = "${socket}.ttrpc"
`;
}
