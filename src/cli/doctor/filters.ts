/** What Services can be implemented with besides BPF. */
import { findProgram, missingPrivilege } from '../../../lab/setup/index.ts';
import { type Capability, type Finding, no, unknown, yes } from './capability.ts';
import { runProgram } from './run-program.ts';
import { findKernelPart, type KernelServices } from './services-kernel.ts';

interface Filter {
  readonly program: string;
  readonly args: readonly string[];
  readonly services: KernelServices;
}

/**
 * Runs the program in a network namespace of its own. Not where that would load a module: those stay when the
 * namespace goes, and a probe leaves the machine as it was.
 */
async function probeFilter({ program, args, services }: Filter): Promise<Finding> {
  if (!findProgram(program)) return no(`no program ${program}`);
  const { found, module, text } = findKernelPart(services);
  if (found === 'absent') return no(`the kernel has no ${text}`);
  if (found === 'loadable') return yes(`module ${module}, loaded on first use`);
  const lack = missingPrivilege();
  if (lack) return unknown(lack);
  const { ok, output } = await runProgram('unshare', '--net', program, ...args);
  return ok ? yes('works in a namespace') : no(output.split('\n')[0] ?? '');
}

function probeIpvs(): Finding {
  const { found, module, text } = findKernelPart('ipvs');
  if (found === 'present') return yes('in the kernel');
  if (found === 'loadable') return yes(`module ${module}, loaded on first use`);
  return found === 'absent' ? no(`the kernel has no ${text}`) : unknown('the kernel does not say');
}

const IPTABLES_ARGS = ['-t', 'nat', '-S'] as const;

export const FILTERS: readonly Capability[] = [
  {
    name: 'iptables-legacy',
    purpose: '--services iptables-legacy',
    get: 'package iptables; a kernel with CONFIG_IP_NF_IPTABLES_LEGACY',
    probe: () =>
      probeFilter({
        program: 'iptables-legacy',
        args: IPTABLES_ARGS,
        services: 'iptables-legacy',
      }),
  },
  {
    name: 'iptables-nft',
    purpose: '--services iptables-nft',
    get: 'package iptables; a kernel with CONFIG_NFT_COMPAT',
    probe: () =>
      probeFilter({
        program: 'iptables-nft',
        args: IPTABLES_ARGS,
        services: 'iptables-nft',
      }),
  },
  {
    name: 'nftables',
    purpose: '--services nftables',
    get: 'package nftables; a kernel from 5.13 on with CONFIG_NF_TABLES (kube-proxy asks for 5.13)',
    probe: () => probeFilter({ program: 'nft', args: ['list', 'ruleset'], services: 'nftables' }),
  },
  {
    name: 'IPVS',
    purpose: '--services ipvs',
    get: 'a kernel with CONFIG_IP_VS',
    probe: probeIpvs,
  },
];
