/** kind's node image, built here: Debian's packages, Kubernetes and containerd from Go modules, kind's own files. */
import path from 'node:path';
import { $ } from 'zx';
import { canRaiseLimits } from '../../docker/index.ts';
import type { Report } from '../../setup/index.ts';
import { ensureTool, moduleSource, toolVersion } from '../../tools/index.ts';
import { filesLayer } from '../archive/files-layer.ts';
import type { ImageSpec } from '../archive/image-archive.ts';
import { knownDigestOf } from '../archive/known-digests.ts';
import type { TarEntry } from '../archive/tar.ts';
import { debianLayer } from '../debian.ts';
import { ImageError } from '../image-error.ts';
import { imageStoreLayer } from './image-store.ts';
import { kubernetesImages } from './kubernetes-images.ts';
import { ENTRYPOINT } from './machine-sysctls.ts';
import { NODE_BASE } from './node-base.ts';
import { nodeFiles } from './node-files.ts';
import { upstreamFiles } from './upstream-files.ts';

/** Programs -> their folder in the image. */
const PROGRAMS = {
  kubeadm: 'usr/bin',
  kubelet: 'usr/bin',
  kubectl: 'usr/bin',
  containerd: 'usr/local/bin',
  'containerd-shim-runc-v2': 'usr/local/bin',
  ctr: 'usr/local/bin',
} as const;

/** Networks on kind are made of these. */
const PLUGINS = [
  'bridge',
  'ptp',
  'host-local',
  'portmap',
  'loopback',
  'macvlan',
  'bandwidth',
  'tuning',
  'firewall',
];

type Program = Extract<TarEntry, { file: string }>;

const RUNTIME = 'usr/local/sbin/runc';

/** The minor version of Kubernetes that is built, such as 1.34. */
export function buildableVersion(): string {
  return toolVersion('kubeadm').split('.').slice(0, 2).join('.');
}

/**
 * The image, its layers in the order in which they change: packages, programs, images inside, files.
 * @throws ImageError, ToolError, SetupError
 */
export async function nodeImage(kubernetes: string, report: Report): Promise<ImageSpec> {
  if (kubernetes !== buildableVersion()) {
    throw new ImageError(
      'unknown-version',
      `Expected Kubernetes ${buildableVersion()}, which is what can be built here, got ${kubernetes}`,
    );
  }
  const options = { onProgress: report };
  const version = toolVersion('kubeadm');
  const versions = {
    kubernetes: version,
    ...Object.fromEntries(['containerd', 'coredns', 'etcd'].map((name) => [name, toolVersion(name)])),
  };
  const programs: Program[] = [];
  for (const [name, folder] of [
    ...Object.entries(PROGRAMS),
    ...PLUGINS.map((name) => [name, 'opt/cni/bin'] as const),
  ]) {
    programs.push({ path: path.join(folder, name), mode: 0o755, file: await ensureTool(name, options) });
  }
  const inside = await kubernetesImages(version, toolVersion('coredns'), report);
  const runtime = canRaiseLimits()
    ? []
    : [{ path: RUNTIME, mode: 0o755, file: await ensureTool('runc-within-limits', options) }];
  const ociSpec = await $({ quiet: true })`${await ensureTool('ctr')} oci spec`;
  const layers = [
    await debianLayer(NODE_BASE, report),
    await filesLayer('node-programs', programs),
    await imageStoreLayer(inside.images, report),
    await filesLayer('node-files', [
      ...upstreamFiles(await moduleSource('kind'), {
        pause: inside.pause,
        runtime: runtime.length > 0 ? `/${RUNTIME}` : undefined,
      }),
      ...nodeFiles(version, ociSpec.stdout),
      ...runtime,
      { path: 'kind/programs.json', mode: 0o644, text: await record(programs) },
    ]),
  ];
  return {
    layers,
    config: {
      Entrypoint: ENTRYPOINT,
      // Tells systemd where it is: https://systemd.io/CONTAINER_INTERFACE/.
      Env: ['container=docker'],
      // Systemd executes itself anew on SIGTERM.
      StopSignal: 'SIGRTMIN+3',
      Labels: Object.fromEntries(
        Object.entries(versions).map(([name, value]) => [`churnlab.dev/${name}`, value]),
      ),
    },
  };
}

/** What the image has been made of, for whoever looks into it. */
async function record(programs: readonly Program[]): Promise<string> {
  const rows = await Promise.all(
    programs.map(async ({ path: place, file }) => {
      const name = path.basename(file);
      return { path: `/${place}`, version: toolVersion(name), digest: await knownDigestOf(file) };
    }),
  );
  return `${JSON.stringify(rows, null, 2)}\n`;
}
