/** k6-operator itself in a cluster that cannot pull: its own chart, and images of its program that nodes are given. */
import path from 'node:path';
import { filesLayer } from '../../../lab/images/archive/files-layer.ts';
import type { ImageSpec } from '../../../lab/images/archive/image-archive.ts';
import { debianLayer, UNREAD } from '../../../lab/images/debian.ts';
import { ensureTool, moduleSource } from '../../../lab/tools/index.ts';
import { CRDS, deleteIfThere, TEST_RUNS } from '../../../src/kube/index.ts';
import type { KindUp } from './kind-up.ts';

const TOOL = 'k6-operator';
const MANAGER = { registry: 'churnlab.dev', repository: 'k6-operator', tag: 'test' } as const;
/** What it starts its starters of; ours need none, and it does not ask. */
const STARTER = 'ghcr.io/grafana/k6-operator:latest-starter';
const RELEASE = ['k6-operator', '--namespace', 'k6-operator-system', '--wait'];

/** Installs it; disposing of it takes it and its CRDs away. */
export async function installK6Operator(up: KindUp): Promise<AsyncDisposable> {
  await using undo = new AsyncDisposableStack();
  const { registry, repository, tag } = MANAGER;
  await give(up, `${registry}/${repository}:${tag}`, await managerImage());
  await give(up, STARTER, await starterImage());
  undo.defer(() => uninstalled(up));
  const image = Object.entries(MANAGER).map(([key, value]) => `manager.image.${key}=${value}`);
  const values = ['namespace.create=false', ...image].flatMap((each) => ['--set', each]);
  const chart = path.join(await moduleSource(TOOL), 'charts/k6-operator');
  await up.helm('install', ...RELEASE, '--create-namespace', ...values, '--timeout', '90s', chart);
  return undo.move();
}

async function uninstalled(up: KindUp): Promise<void> {
  await up.helm('uninstall', ...RELEASE, '--ignore-not-found');
  // Helm leaves CRDs where they are.
  for (const plural of [TEST_RUNS.plural, 'privateloadzones']) {
    await deleteIfThere(up.lab.client, CRDS, `${plural}.${TEST_RUNS.group}`);
  }
}

async function managerImage(): Promise<ImageSpec> {
  const file = await ensureTool(TOOL, { onProgress: (line) => console.log(line) });
  return { layers: [await filesLayer(TOOL, [{ path: 'manager', mode: 0o755, file }])], config: {} };
}

/** A shell with curl. */
async function starterImage(): Promise<ImageSpec> {
  const programs = {
    name: 'k6-starter',
    variant: 'extract',
    packages: ['busybox-static', 'curl'],
    exclude: UNREAD,
    forecast: 'a few seconds',
  } as const;
  const shell = await filesLayer('shell', [{ path: 'usr/local/bin/sh', link: '/usr/bin/busybox' }]);
  return { layers: [await debianLayer(programs, () => {}), shell], config: {} };
}

async function give(up: KindUp, name: string, image: ImageSpec): Promise<void> {
  for (const node of up.containers) {
    const fed = await up.importImage(node, name, image);
    if (!fed.ok) throw new Error(`import ${name} on ${node}: ${JSON.stringify(fed)}`);
  }
}
