import { type DebianRoot, UNREAD } from '../debian.ts';

/** Systemd's units that have no place in a container, as the Dockerfile of kind's base image removes them. */
const UNWANTED = [
  '"$1"/usr/lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service',
  '"$1"/usr/lib/systemd/system/multi-user.target.wants/*',
  '"$1"/etc/systemd/system/*.wants/*',
  '"$1"/usr/lib/systemd/system/local-fs.target.wants/*',
  '"$1"/usr/lib/systemd/system/sockets.target.wants/*udev*',
  '"$1"/usr/lib/systemd/system/sockets.target.wants/*initctl*',
  '"$1"/usr/lib/systemd/system/basic.target.wants/*',
  // They would write kernel.pid_max and others, which are the machine's.
  '"$1"/usr/lib/sysctl.d/*',
];

/** What kind's own base image installs, without what its clusters use for network storage; and Debian's runc. */
export const NODE_BASE: DebianRoot = {
  name: 'node-base',
  variant: 'minbase',
  packages: [
    'systemd',
    ...['conntrack', 'iptables', 'nftables', 'ipset', 'iproute2', 'ethtool', 'util-linux', 'mount', 'kmod'],
    ...['libseccomp2', 'e2fsprogs', 'runc'],
    ...['bash', 'ca-certificates', 'curl', 'jq', 'procps'],
  ],
  exclude: UNREAD,
  customize: [
    `rm -f ${UNWANTED.join(' ')}`,
    'echo ReadKMsg=no >> "$1"/etc/systemd/journald.conf',
    'ln -sf /usr/lib/systemd/systemd "$1"/usr/sbin/init',
    // Formats of other processors are registered for the whole machine.
    'ln -sf /dev/null "$1"/etc/systemd/system/systemd-binfmt.service',
    'mkdir -p "$1"/kind && chroot "$1" dpkg-query --show > "$1"/kind/packages',
    // Docker writes these; kind's entrypoint makes the last.
    ': > "$1"/etc/resolv.conf; : > "$1"/etc/hostname; rm -f "$1"/etc/machine-id',
  ],
  forecast: 'about 2 min',
};
