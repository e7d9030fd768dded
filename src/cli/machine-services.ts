import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { virtualHost } from '../measure/index.ts';
import type { LabSpec, Substrate } from '../scenario/index.ts';
import { LabError } from '../substrate/index.ts';
import type { KernelOption } from './doctor/kernel-option.ts';
import { findKernelPart, KERNEL_PARTS, type KernelServices } from './doctor/services-kernel.ts';

/** Whether a lab there would run on the kernel that this process runs on. */
export function hasThisKernel(substrate: Substrate): boolean {
  if (substrate === 'vm') return virtualHost() !== undefined;
  return substrate === 'netns' || substrate === 'kind';
}

/**
 * Refuses Services that the kernel cannot do: kube-proxy would end again and again.
 * @throws LabError bad-spec
 */
export function requireKernelFor(
  services: LabSpec['services'],
  substrate: Substrate,
  find?: (option: string, module: string) => KernelOption,
): void {
  if (!isKernels(services) || !hasThisKernel(substrate)) return;
  const { found, text } = findKernelPart(services, find);
  if (found !== 'absent') return;
  const other = substrate === 'vm' ? 'take another --kernel' : 'take --substrate vm, which has it';
  throw new LabError(
    'bad-spec',
    `Services ${services}: this kernel has no ${text}; ${other}, or other Services`,
  );
}

const isKernels = (services: LabSpec['services']): services is KernelServices & LabSpec['services'] =>
  Object.hasOwn(KERNEL_PARTS, services);

/**
 * The lab with Services `iptables` as the flavour that they are on this machine, so that results never say the one and
 * mean the other. In a node image the program called iptables is the one of nf_tables.
 * @throws LabError bad-spec when this machine has no iptables
 */
export async function withMachineServices(
  lab: LabSpec,
  substrate: Substrate,
  report: (step: string) => void,
): Promise<LabSpec> {
  if (lab.services !== 'iptables') return lab;
  const services = substrate === 'kind' ? 'iptables-nft' : await machineIptables();
  report(
    `Services iptables: ${services}, as on this ${substrate === 'kind' ? "cluster's nodes" : 'machine'}`,
  );
  return { ...lab, services };
}

async function machineIptables(): Promise<'iptables-legacy' | 'iptables-nft'> {
  try {
    return flavourOf((await promisify(execFile)('iptables', ['--version'])).stdout);
  } catch (error) {
    throw new LabError(
      'bad-spec',
      `Services iptables: this machine has no iptables to say which it is (${(error as Error).message.trim()}); name iptables-legacy or iptables-nft`,
      { cause: error },
    );
  }
}

/** What `iptables --version` says: `iptables v1.8.9 (nf_tables)`; before 1.8 there was only the old one, which says nothing. */
export function flavourOf(version: string): 'iptables-legacy' | 'iptables-nft' {
  return version.includes('(nf_tables)') ? 'iptables-nft' : 'iptables-legacy';
}
