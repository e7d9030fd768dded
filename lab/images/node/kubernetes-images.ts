/** The images that kubeadm asks for, made of our own binaries under the names it expects. */
import { $ } from 'zx';
import { ensureNative, type Report } from '../../setup/index.ts';
import { ensureTool } from '../../tools/index.ts';
import { filesLayer } from '../archive/files-layer.ts';
import type { ImageSpec } from '../archive/image-archive.ts';
import { ImageError } from '../image-error.ts';
import { IPTABLES_LINKS, iptablesLayer } from '../iptables-base.ts';
import { programImage } from '../program-image.ts';

/** An image and the reference it goes by in a cluster. */
export interface NamedImage {
  readonly reference: string;
  readonly spec: ImageSpec;
}

/** What of it differs from kubeadm's defaults. */
export interface KubernetesImages {
  readonly images: readonly NamedImage[];
  readonly pause: string;
}

/** Programs that are all there is in their image. */
const SINGLE = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd', 'coredns'] as const;

/**
 * All images of a control plane and of a node. Reference names are those that this kubeadm prints; etcd and CoreDNS
 * are in the versions that we build.
 * @throws ImageError, ToolError, SetupError
 */
export async function kubernetesImages(
  version: string,
  coredns: string,
  report: Report,
): Promise<KubernetesImages> {
  const references = await expectedReferences(version);
  const reference = (name: string) => referenceOf(name, references);
  const images: NamedImage[] = [];
  for (const name of SINGLE) {
    const known = reference(name);
    const own = name === 'coredns' ? known.replace(/:[^:/]+$/, `:v${coredns}`) : known;
    images.push({
      reference: own,
      spec: await programImage(name, await ensureTool(name, { onProgress: report })),
    });
  }
  const pause = reference('pause');
  images.push({
    reference: pause,
    spec: await programImage('pause', await ensureNative('pause', { report })),
  });
  images.push({ reference: reference('kube-proxy'), spec: await kubeProxy(report) });
  return { images, pause };
}

async function expectedReferences(version: string): Promise<string[]> {
  const kubeadm = await ensureTool('kubeadm');
  // With a version it asks nobody.
  const { stdout } = await $({ quiet: true })`${kubeadm} config images list --kubernetes-version v${version}`;
  return stdout.split('\n').filter(Boolean);
}

/** The reference of this image among `host/path/name:tag`. @throws ImageError unknown-upstream */
export function referenceOf(name: string, references: readonly string[]): string {
  const found = references.find((each) => each.replace(/:[^:/]+$/, '').endsWith(`/${name}`));
  if (found) return found;
  throw new ImageError(
    'unknown-upstream',
    `Expected kubeadm to name an image ${name}, got ${references.join(', ')}`,
  );
}

async function kubeProxy(report: Report): Promise<ImageSpec> {
  const base = await iptablesLayer(report);
  const file = await ensureTool('kube-proxy', { onProgress: report });
  const own = await filesLayer(
    'kube-proxy',
    [{ path: 'usr/local/bin/kube-proxy', mode: 0o755, file }, ...IPTABLES_LINKS],
    { compress: true },
  );
  return { layers: [base, own], config: {} };
}
