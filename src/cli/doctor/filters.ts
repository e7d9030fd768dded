/** What Services can be implemented with besides BPF. */
import { findProgram, missingPrivilege } from '../../../lab/setup/index.ts';
import { type Capability, type Finding, no, unknown, yes } from './capability.ts';
import { findKernelOption } from './kernel-option.ts';
import { runProgram } from './run-program.ts';

interface Filter {
  readonly program: string;
  readonly args: readonly string[];
  readonly option: string;
  readonly module: string;
}

/**
 * Runs the program in a network namespace of its own. Not where that would load a module: those stay when the
 * namespace goes, and a probe leaves the machine as it was.
 */
async function probeFilter({ program, args, option, module }: Filter): Promise<Finding> {
  if (!findProgram(program)) return no(`no program ${program}`);
  const kernel = findKernelOption(option, module);
  if (kernel === 'absent') return no(`the kernel has no ${module} (CONFIG_${option})`);
  if (kernel === 'loadable') return yes(`module ${module}, loaded on first use`);
  const lack = missingPrivilege();
  if (lack) return unknown(lack);
  const { ok, output } = await runProgram('unshare', '--net', program, ...args);
  return ok ? yes('works in a namespace') : no(output.split('\n')[0] ?? '');
}

function probeIpvs(): Finding {
  const kernel = findKernelOption('IP_VS', 'ip_vs');
  if (kernel === 'present') return yes('in the kernel');
  if (kernel === 'loadable') return yes('module ip_vs, loaded on first use');
  return kernel === 'absent'
    ? no('the kernel has no ip_vs (CONFIG_IP_VS)')
    : unknown('the kernel does not say');
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
        option: 'IP_NF_IPTABLES',
        module: 'ip_tables',
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
        option: 'NFT_COMPAT',
        module: 'nft_compat',
      }),
  },
  {
    name: 'nftables',
    purpose: '--services nftables',
    get: 'package nftables; a kernel from 5.13 on with CONFIG_NF_TABLES (kube-proxy asks for 5.13)',
    probe: () =>
      probeFilter({ program: 'nft', args: ['list', 'ruleset'], option: 'NF_TABLES', module: 'nf_tables' }),
  },
  {
    name: 'IPVS',
    purpose: '--services ipvs',
    get: 'a kernel with CONFIG_IP_VS',
    probe: probeIpvs,
  },
];
