import { findKernelOption, type KernelOption } from './kernel-option.ts';

interface Part {
  /** `CONFIG_` aside. */
  readonly option: string;
  readonly module: string;
}

/** What of the kernel an implementation of Services needs. */
export const KERNEL_PARTS = {
  'iptables-legacy': { option: 'IP_NF_IPTABLES', module: 'ip_tables' },
  'iptables-nft': { option: 'NFT_COMPAT', module: 'nft_compat' },
  nftables: { option: 'NF_TABLES', module: 'nf_tables' },
  ipvs: { option: 'IP_VS', module: 'ip_vs' },
} as const satisfies Readonly<Record<string, Part>>;
export type KernelServices = keyof typeof KERNEL_PARTS;

/** How the kernel has what these Services need, and what that is, for messages: `ip_vs (CONFIG_IP_VS)`. */
export function findKernelPart(
  services: KernelServices,
  find: (option: string, module: string) => KernelOption = findKernelOption,
): { readonly found: KernelOption; readonly module: string; readonly text: string } {
  const { option, module } = KERNEL_PARTS[services];
  return { found: find(option, module), module, text: `${module} (CONFIG_${option})` };
}
