/** What of a node is neither a package nor a program nor kind's own file. */
import type { TarEntry } from '../archive/tar.ts';

const SYSTEMD = 'etc/systemd/system';
const SHIELD = 'machine-sysctls.service';

/**
 * Settings that the kubelet writes although they are the whole machine's, with the values that it wants
 * (setupKernelTunables in pkg/kubelet/cm/container_manager_linux.go). It ends when it cannot write them, so each is
 * covered with a file of the node's own.
 */
const MACHINE_SYSCTLS: Readonly<Record<string, number>> = {
  'vm/overcommit_memory': 1,
  'vm/panic_on_oom': 0,
  'kernel/panic': 10,
  'kernel/panic_on_oops': 1,
  'kernel/keys/root_maxkeys': 1_000_000,
  'kernel/keys/root_maxbytes': 25_000_000,
};

/** @param enabled units that start with the node */
export function nodeFiles(version: string, ociSpec: string): TarEntry[] {
  const enabled = ['kubelet.service', 'containerd.service', 'undo-mount-hacks.service', SHIELD];
  return [
    { path: 'kind/version', mode: 0o644, text: `v${version}` },
    { path: 'kind/manifests/default-storage.yaml', mode: 0o644, text: STORAGE },
    { path: 'etc/kubernetes/manifests', mode: 0o755, directory: true },
    { path: 'etc/containerd/cri-base.json', mode: 0o644, text: baseSpec(ociSpec) },
    { path: 'kind/bin/cover-machine-sysctls.sh', mode: 0o755, text: coverScript() },
    { path: `${SYSTEMD}/${SHIELD}`, mode: 0o644, text: UNIT },
    {
      path: `${SYSTEMD}/kubelet.service.d/12-machine-sysctls.conf`,
      mode: 0o644,
      text: `[Unit]\nRequires=${SHIELD}\nAfter=${SHIELD}\n`,
    },
    ...enabled.map((unit) => ({
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

function coverScript(): string {
  const covers = Object.entries(MACHINE_SYSCTLS).map(([name, value]) => `cover ${name} ${value}`);
  return `#!/bin/sh
# Ordinary files over settings of the whole machine that the kubelet writes.
set -e
own=/run/machine-sysctls
mkdir -p $own
cover() {
  file=$own/$(echo $1 | tr / .)
  echo $2 > $file
  mount --bind $file /proc/sys/$1
}
${covers.join('\n')}
`;
}

const UNIT = `[Unit]
Description=Files of the node's own over the machine's settings that the kubelet writes
Before=kubelet.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/kind/bin/cover-machine-sysctls.sh

[Install]
WantedBy=multi-user.target
`;

/** kind's own default before it brought a provisioner. */
const STORAGE = `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
  annotations:
    storageclass.kubernetes.io/is-default-class: "true"
provisioner: kubernetes.io/host-path
`;
