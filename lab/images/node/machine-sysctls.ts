import type { TarEntry } from '../archive/tar.ts';

/**
 * Settings that are the whole machine's and that a node would write: the kubelet all but those of `fs`
 * (setupKernelTunables in pkg/kubelet/cm/container_manager_linux.go; it ends when it cannot), systemd those of `fs`
 * (bump_file_max_and_nr_open in src/core/main.c).
 */
const WRITTEN = [
  ...['vm/overcommit_memory', 'vm/panic_on_oom', 'kernel/panic', 'kernel/panic_on_oops'],
  ...['kernel/keys/root_maxkeys', 'kernel/keys/root_maxbytes', 'fs/file-max', 'fs/nr_open'],
];

const PLACE = 'kind/bin/cover-machine-sysctls';

/** Starts a node: covers those settings with ordinary files of the node's own, and becomes what its arguments say. */
export const COVER: Extract<TarEntry, { text: unknown }> = {
  path: PLACE,
  mode: 0o755,
  text: `#!/bin/sh
set -e
own=/kind/machine-sysctls
mkdir -p $own
for name in ${WRITTEN.join(' ')}; do
  file=$own/$(echo $name | tr / .)
  cat /proc/sys/$name > $file
  mount --bind $file /proc/sys/$name
done
exec "$@"
`,
};

/** As kind's base image has it, behind the cover. */
export const ENTRYPOINT = [`/${PLACE}`, '/usr/local/bin/entrypoint', '/sbin/init'];
