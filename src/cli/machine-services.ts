import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { virtualHost } from '../measure/index.ts';
import type { LabSpec, Substrate } from '../scenario/index.ts';
import { LabError } from '../substrate/index.ts';
import { findKernelOption } from './doctor/kernel-option.ts';

/** What of the kernel an implementation of Services needs: option (`CONFIG_` aside) and module. */
const NEEDS: Readonly<Partial<Record<LabSpec['services'], readonly [option: string, module: string]>>> = {
  'iptables-legacy': ['IP_NF_IPTABLES', 'ip_tables'],
  'iptables-nft': ['NFT_COMPAT', 'nft_compat'],
  nftables: ['NF_TABLES', 'nf_tables'],
  ipvs: ['IP_VS', 'ip_vs'],
};

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
  find: (option: string, module: string) => string = findKernelOption,
): void {
  const needed = NEEDS[services];
  if (!needed || !hasThisKernel(substrate)) return;
  const [option, module] = needed;
  if (find(option, module) !== 'absent') return;
  const other = substrate === 'vm' ? 'take another --kernel' : 'take --substrate vm, which has it';
  throw new LabError(
    'bad-spec',
    `Services ${services}: this kernel has no ${module} (CONFIG_${option}); ${other}, or other Services`,
  );
}

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
