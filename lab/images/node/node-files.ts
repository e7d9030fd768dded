/** What of a node is neither a package nor a program nor kind's own file. */
import type { TarEntry } from '../archive/tar.ts';
import { COVER } from './machine-sysctls.ts';

const SYSTEMD = 'etc/systemd/system';
/** Units that start with the node. */
const ENABLED = ['kubelet.service', 'containerd.service', 'undo-mount-hacks.service'];

/** @param ociSpec what `ctr oci spec` prints */
export function nodeFiles(version: string, ociSpec: string): TarEntry[] {
  return [
    { path: 'kind/version', mode: 0o644, text: `v${version}` },
    { path: 'kind/manifests/default-storage.yaml', mode: 0o644, text: STORAGE },
    { path: 'etc/kubernetes/manifests', mode: 0o755, directory: true },
    { path: 'etc/containerd/cri-base.json', mode: 0o644, text: baseSpec(ociSpec) },
    COVER,
    ...ENABLED.map((unit) => ({
      path: `${SYSTEMD}/multi-user.target.wants/${unit}`,
      link: `/${SYSTEMD}/${unit}`,
    })),
  ];
}

/**
 * The specification that containerd starts all containers of pods from, as kind's base image makes it: runc's default
 * with kind's hook, and without limits.
 *
 * @param ociSpec what `ctr oci spec` prints
 */
export function baseSpec(ociSpec: string): string {
  const spec = JSON.parse(ociSpec);
  delete spec.process.rlimits;
  const hook = { path: '/kind/bin/mount-product-files.sh' };
  spec.hooks = { ...spec.hooks, createContainer: [...(spec.hooks?.createContainer ?? []), hook] };
  return JSON.stringify(spec, null, 2);
}

/** kind's own default before it brought a provisioner. */
const STORAGE = `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
  annotations:
    storageclass.kubernetes.io/is-default-class: "true"
provisioner: kubernetes.io/host-path
`;
