/** Nodes of a kind lab pull an image through a registry that is a container beside them. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { stringify } from 'yaml';
import { filesLayer } from '../../../lab/images/archive/files-layer.ts';
import type { ImageSpec } from '../../../lab/images/archive/image-archive.ts';
import { ensureNative } from '../../../lab/setup/index.ts';
import { PODS, type Pod } from '../../../src/kube/index.ts';
import type { TestContainers } from '../../containers/test-containers.ts';
import { CTR_IMAGES, type KindUp } from './kind-up.ts';

const PORT = 5000;
const NAME = 'pulled';
const PATIENCE = { timeout: 60_000 };

/** An image that no node has, nor a layer of it. */
async function image(): Promise<ImageSpec> {
  const layer = await filesLayer('test-pulled', [
    { path: 'pause', mode: 0o755, file: await ensureNative('pause') },
    { path: 'etc/motd', mode: 0o644, text: 'pulled through a registry\n' },
  ]);
  return { layers: [layer], config: { Entrypoint: ['/pause'] } };
}

export async function pullThroughRegistry(up: KindUp, containers: TestContainers): Promise<void> {
  const { lab, names } = up;
  const host = `${names.cluster}-registry`;
  const config = { version: 0.1, storage: { inmemory: {} }, http: { addr: `:${PORT}` } };
  await using registry = await (await containers.of('registry'))
    .withName(host)
    .withNetworkMode(names.network)
    .withCopyContentToContainer([{ content: stringify(config), target: '/config.yml' }])
    .withCommand(['serve', '/config.yml'])
    .withWaitStrategy(containers.saying(/listening on/))
    .start();
  const server = `http://${host}:${PORT}`;
  for (const { pid } of lab.here) {
    const file = `/proc/${pid}/root/etc/containerd/certs.d/${host}:${PORT}/hosts.toml`;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(
      file,
      `server = "${server}"\n[host."${server}"]\n  capabilities = ["pull", "resolve"]\n`,
    );
  }

  // One node gives it to the registry, and forgets it.
  const reference = `${host}:${PORT}/${NAME}:test`;
  const spec = await image();
  const [first = ''] = up.containers;
  const fed = await up.importImage(first, reference, spec);
  expect(fed).toMatchObject({ ok: true });
  await up.docker('exec', first, ...CTR_IMAGES, 'push', '--plain-http', reference);
  await up.docker('exec', first, ...CTR_IMAGES, 'rm', '--sync', reference);

  // The first may have kept its layers.
  const pods = lab.nodes.slice(1).map((node) => ({ name: `${NAME}-${node}`, node }));
  for (const { name, node } of pods) {
    await lab.client.create<Pod>(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: {
        nodeName: node,
        terminationGracePeriodSeconds: 1,
        automountServiceAccountToken: false,
        containers: [{ name: 'main', image: reference }],
      },
    });
  }
  const phases = async () => {
    const { items } = await lab.client.list<Pod>(PODS, { namespace: 'default' });
    return items.filter(({ metadata }) => metadata.name!.startsWith(NAME)).map(({ status }) => status?.phase);
  };
  await expect.poll(phases, PATIENCE).toEqual(pods.map(() => 'Running'));
  // Each node has asked for the layer itself.
  const { stdout, stderr } = await up.docker('logs', registry.getId());
  const [layer] = spec.layers;
  const asked = `${stdout}${stderr}`
    .split('\n')
    .filter((line) => line.includes(`"GET /v2/${NAME}/blobs/${layer!.digest}`));
  expect(asked).toHaveLength(pods.length);
  for (const { name } of pods) await lab.client.delete(PODS, name, 'default', { gracePeriodSeconds: 1 });
  await expect.poll(phases, PATIENCE).toEqual([]);
}
