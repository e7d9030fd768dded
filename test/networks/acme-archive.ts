/** `node lab/run.mjs test/networks/acme-archive.ts FILE`: the archive of images that goes with the chart beside it. */
import fs from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { filesLayer } from '../../lab/images/archive/files-layer.ts';
import { imageArchive } from '../../lab/images/archive/image-archive.ts';
import { debianLayer, UNREAD } from '../../lab/images/debian.ts';
import { ensureTool } from '../../lab/tools/index.ts';

/** As in the chart's values. */
const NAME = 'churnlab.dev/acme-net:test';

/** Writes the archive that goes with the chart `acme`: a reference plugin under another name, kubectl and busybox. */
export async function writeAcmeArchive(file: string): Promise<void> {
  const program = async (path: string, tool: string) => ({ path, mode: 0o755, file: await ensureTool(tool) });
  const shell = {
    name: 'acme-shell',
    variant: 'extract',
    packages: ['busybox-static'],
    exclude: UNREAD,
  } as const;
  const layers = [
    await debianLayer({ ...shell, forecast: 'a few seconds' }, () => {}),
    await filesLayer('acme', [
      await program('plugins/acme-net', 'bridge'),
      await program('plugins/host-local', 'host-local'),
      await program('usr/local/bin/kubectl', 'kubectl'),
    ]),
  ];
  await pipeline(Readable.from(imageArchive(NAME, { layers, config: {} })), fs.createWriteStream(file));
}

if (import.meta.main) await writeAcmeArchive(process.argv[2] ?? 'acme.tar');
