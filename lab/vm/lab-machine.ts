import path from 'node:path';
import { ensureNative, type Report, ROOT, setUp } from '../setup/index.ts';
import { ensureKernel } from './kernel-package.ts';
import type { Share } from './qemu.ts';
import { bootMachine, type MachineRecord } from './virtual-machine.ts';

/** The program that runs TypeScript, as it is found inside as well. */
export const NODE = path.join(ROOT, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
const MEMORY_MB = 6144;
const CPUS = 2;
/** Of IPVS, ipset and its dummy link: kube-proxy expects them to be there. All others are loaded when they are used. */
const MODULES = [
  'nf_conntrack',
  'dummy',
  'ip_vs',
  'ip_vs_rr',
  'ip_vs_wrr',
  'ip_vs_sh',
  'ip_set',
  'xt_set',
  'br_netfilter',
];

export interface LabMachineOptions {
  /** `distribution`, or a version; see ensureKernel. */
  readonly kernel: string;
  /** Folders that can be written to inside. */
  readonly shares: readonly Share[];
  /** Whether what is missing may be installed. */
  readonly install: boolean;
  readonly report: Report;
}

/**
 * Boots a machine in which this clone's labs and tests run: its packages, programs and modules are there.
 * @throws SetupError, VmError
 */
export async function bootLabMachine(folder: string, options: LabMachineOptions): Promise<MachineRecord> {
  const { kernel, shares, install, report } = options;
  // What labs and tests need is found inside, but cannot be made there: there is no network, and compiling is slow.
  for (const substrate of ['netns', 'vm'] as const) await setUp({ substrate, install, report });
  return await bootMachine(folder, {
    kernel: await ensureKernel(kernel, report),
    init: await ensureNative('churnlab-init', { report }),
    shares,
    modules: MODULES,
    agent: [NODE, path.join(ROOT, 'lab/vm/guest/agent.ts')],
    cpus: CPUS,
    memoryMb: MEMORY_MB,
    report,
  });
}
