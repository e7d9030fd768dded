/** Distribution families whose package names are known; elsewhere the needed things are only named. */
export type PackageManager = 'apt' | 'dnf' | 'pacman';

/** Where a lab runs. */
export type Substrate = 'netns' | 'kind' | 'kubeconfig' | 'vm' | 'sim';

/** Who needs packages: substrates, and tests that open reports as a reader does. */
export type Need = Substrate | 'browser';

export interface SystemPackage {
  /** What it is needed for, in the words of a doctor's line. */
  readonly purpose: string;
  readonly neededBy: readonly Need[];
  /** The package is there when one of these is: a program on PATH, or an absolute path. Nothing is installed then. */
  readonly probe: readonly [string, ...string[]];
  readonly names: Readonly<Record<PackageManager, string>>;
}

const TRIPLET = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
const inLibraryFolders = (file: string): [string, ...string[]] => [
  `/usr/lib/${TRIPLET}/${file}`,
  `/lib/${TRIPLET}/${file}`,
  `/usr/lib64/${file}`,
  `/usr/lib/${file}`,
];

/** The one list. None of these brings a service that starts by itself; keep it so. */
export const SYSTEM_PACKAGES: readonly SystemPackage[] = [
  {
    purpose: 'compiles the CNI plugin, the namespace daemon and the BPF objects',
    neededBy: ['netns', 'kind'],
    probe: ['clang'],
    names: { apt: 'clang', dnf: 'clang', pacman: 'clang' },
  },
  {
    purpose: 'loads BPF objects',
    neededBy: ['netns'],
    probe: inLibraryFolders('libbpf.so.1'),
    names: { apt: 'libbpf1', dnf: 'libbpf', pacman: 'libbpf' },
  },
  {
    purpose: 'headers of the BPF objects',
    neededBy: ['netns', 'kind'],
    probe: ['/usr/include/bpf/bpf_helpers.h'],
    names: { apt: 'libbpf-dev', dnf: 'libbpf-devel', pacman: 'libbpf' },
  },
  {
    purpose: 'headers of the kernel',
    neededBy: ['netns', 'kind'],
    probe: ['/usr/include/linux/bpf.h'],
    names: { apt: 'linux-libc-dev', dnf: 'kernel-headers', pacman: 'linux-api-headers' },
  },
  {
    purpose: 'the C library, to link static programs',
    neededBy: ['netns', 'kind'],
    probe: inLibraryFolders('libc.a'),
    names: { apt: 'libc6-dev', dnf: 'glibc-static', pacman: 'glibc' },
  },
  {
    purpose: 'ip, to look into a lab',
    neededBy: ['netns'],
    probe: ['ip'],
    names: { apt: 'iproute2', dnf: 'iproute', pacman: 'iproute2' },
  },
  {
    purpose: 'Services by iptables, in both flavours',
    neededBy: ['netns'],
    probe: ['iptables-nft'],
    names: { apt: 'iptables', dnf: 'iptables-nft', pacman: 'iptables' },
  },
  {
    purpose: 'Services by nftables; with any kube-proxy, rules against Services that are not there',
    neededBy: ['netns', 'kind'],
    probe: ['nft'],
    names: { apt: 'nftables', dnf: 'nftables', pacman: 'nftables' },
  },
  {
    purpose: 'unshare, nsenter and flock',
    neededBy: ['netns', 'kind'],
    probe: ['nsenter'],
    names: { apt: 'util-linux', dnf: 'util-linux', pacman: 'util-linux' },
  },
  {
    purpose: 'root file systems of container images',
    neededBy: ['kind'],
    probe: ['mmdebstrap'],
    names: { apt: 'mmdebstrap', dnf: 'mmdebstrap', pacman: 'mmdebstrap' },
  },
  {
    purpose: 'sets of addresses, for Services by IPVS',
    neededBy: ['vm'],
    probe: ['ipset'],
    names: { apt: 'ipset', dnf: 'ipset', pacman: 'ipset' },
  },
  {
    purpose: 'virtual machines with other kernels',
    neededBy: ['vm'],
    probe: [process.arch === 'arm64' ? 'qemu-system-aarch64' : 'qemu-system-x86_64'],
    names: {
      apt: process.arch === 'arm64' ? 'qemu-system-arm' : 'qemu-system-x86',
      dnf: 'qemu-system-x86-core',
      pacman: 'qemu-system-x86',
    },
  },
  {
    purpose: 'modprobe and depmod, for the modules of those kernels',
    neededBy: ['vm'],
    probe: ['depmod'],
    names: { apt: 'kmod', dnf: 'kmod', pacman: 'kmod' },
  },
  {
    purpose: 'unpacks compressed modules',
    neededBy: ['vm'],
    probe: ['xz'],
    names: { apt: 'xz-utils', dnf: 'xz', pacman: 'xz' },
  },
  {
    purpose: 'a browser that opens reports in tests',
    neededBy: ['browser'],
    probe: ['chromium'],
    names: { apt: 'chromium', dnf: 'chromium', pacman: 'chromium' },
  },
];
