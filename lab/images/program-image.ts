/** An image with nothing but one static program in it. */
import path from 'node:path';
import { filesLayer } from './archive/files-layer.ts';
import type { ImageSpec } from './archive/image-archive.ts';

/** @param file the program; its name in the image is `name` */
export async function programImage(name: string, file: string): Promise<ImageSpec> {
  // Where upstream's have them: kubeadm's manifests call most by name, CoreDNS and pause by their entry point.
  const place = name === 'coredns' || name === 'pause' ? name : path.join('usr/local/bin', name);
  const layer = await filesLayer(
    name,
    [
      { path: 'tmp', mode: 0o1777, directory: true },
      { path: place, mode: 0o755, file },
    ],
    { compress: true },
  );
  return { layers: [layer], config: { Entrypoint: [`/${place}`] } };
}
