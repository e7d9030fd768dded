/** What the kernel offers to a lab of namespaces and BPF programs. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { missingPrivilege } from '../../../lab/setup/index.ts';
import { probeProgram, probeTcx } from '../../kernel/bpf/index.ts';
import { createClsact, KernelError, Netns, RtSocket } from '../../kernel/index.ts';
import { type Answer, type Capability, type Finding, no, unknown, yes } from './capability.ts';
import { runProgram } from './run-program.ts';

/** Adds the oldest kernel that has it to a "no", and the likely reason to an "unknown". */
function finding(answer: Answer, seen: string, minimumKernel: string): Finding {
  if (answer === 'yes') return yes(seen);
  if (answer === 'no') return no(`the kernel refuses it (from ${minimumKernel} on)`);
  return unknown(missingPrivilege() ?? 'the kernel does not say');
}

async function probeNetns(): Promise<Finding> {
  const lack = missingPrivilege();
  if (lack) return unknown(lack);
  const { ok, output } = await runProgram('unshare', '--net', '--mount', 'true');
  return ok ? yes('network and mount namespaces can be made') : no(output);
}

/** The mount point of cgroup v2 in the text of /proc/mounts, alone or beside v1. */
export function cgroup2Mount(mounts: string): string | undefined {
  return mounts
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, , type]) => type === 'cgroup2')?.[1];
}

function probeCgroup2(): Finding {
  const mount = cgroup2Mount(readFileSync('/proc/mounts', 'utf8'));
  if (!mount) return no('not mounted');
  if (!existsSync(`${mount}/cgroup.procs`)) return no(`${mount} is not a hierarchy`);
  try {
    accessSync(mount, constants.W_OK);
    return yes(mount);
  } catch {
    return process.getuid?.() === 0
      ? no(`${mount} is read-only`)
      : unknown(`${mount}, not writable: not root`);
  }
}

/** Tried on the loopback link of a namespace of its own, which is gone with the answer. */
function probeClsact(): Finding {
  const lack = missingPrivilege();
  if (lack) return unknown(lack);
  using netns = Netns.create();
  using socket = RtSocket.open(netns);
  const [reply] = socket.attempt(createClsact(1));
  return reply instanceof KernelError ? no(reply.message) : yes('BPF programs attach to links');
}

/** Asked in a namespace of its own, which is gone with the answer. */
function probeTcxApart(): Finding {
  const lack = missingPrivilege();
  if (lack) return unknown(lack);
  using netns = Netns.create();
  return finding(netns.run(probeTcx), 'programs attach to links without qdiscs', '6.6');
}

export const KERNEL: readonly Capability[] = [
  {
    name: 'netns',
    purpose: 'nodes and pods are network namespaces',
    get: 'run as root (sudo), or with --in-container where Docker is',
    required: true,
    probe: probeNetns,
  },
  {
    name: 'cgroup2',
    purpose: 'a lab ends as one, and Services by BPF attach there',
    get: 'mount -t cgroup2 none /sys/fs/cgroup/unified, or boot with systemd.unified_cgroup_hierarchy=1',
    required: true,
    probe: probeCgroup2,
  },
  {
    name: 'clsact',
    purpose: "the churnlab network's datapath",
    get: 'a kernel from 5.12 on with CONFIG_NET_SCH_INGRESS and CONFIG_NET_CLS_BPF',
    required: true,
    probe: probeClsact,
  },
  {
    name: 'tcx',
    purpose: 'BPF programs on links without qdiscs (not used by the default lab)',
    get: 'a kernel from 6.6 on',
    probe: probeTcxApart,
  },
  {
    name: 'cgroup-connect',
    purpose: 'Services by BPF, at connect()',
    get: 'a kernel from 4.17 on with CONFIG_CGROUP_BPF',
    probe: () => finding(probeProgram('cgroup-connect'), 'programs load', '4.17'),
  },
  {
    name: 'XDP',
    purpose: 'packets taken before the stack (not used by the default lab)',
    get: 'a kernel from 4.8 on',
    probe: () => finding(probeProgram('xdp'), 'programs load', '4.8'),
  },
  {
    name: 'BTF',
    purpose: 'BPF programs that read kernel structures',
    get: 'a kernel from 5.2 on with CONFIG_DEBUG_INFO_BTF',
    probe: () =>
      existsSync('/sys/kernel/btf/vmlinux')
        ? yes('/sys/kernel/btf/vmlinux')
        : no('no /sys/kernel/btf/vmlinux'),
  },
];
