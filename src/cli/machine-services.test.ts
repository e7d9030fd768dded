import { expect, test } from 'vitest';
import type { LabSpec } from '../scenario/index.ts';
import { flavourOf, requireKernelFor, withMachineServices } from './machine-services.ts';

test.each([
  ['iptables v1.8.9 (nf_tables)\n', 'iptables-nft'],
  ['iptables v1.8.7 (legacy)\n', 'iptables-legacy'],
  ['iptables v1.6.1\n', 'iptables-legacy'],
])('%j is %s', (version, flavour) => {
  expect(flavourOf(version)).toBe(flavour);
});

test('only `iptables` is left to the machine, and what it is there is said', async () => {
  const said: string[] = [];
  const settled = async (services: LabSpec['services']) =>
    (await withMachineServices({ services } as LabSpec, 'kind', (line) => said.push(line))).services;
  expect(await settled('nftables')).toBe('nftables');
  expect(said).toEqual([]);
  expect(await settled('iptables')).toBe('iptables-nft');
  expect(said).toEqual(["Services iptables: iptables-nft, as on this cluster's nodes"]);
});

test('Services that the kernel cannot do are refused before anything is made', () => {
  const asked: string[] = [];
  const lacks = (option: string) => {
    asked.push(option);
    return 'absent' as const;
  };
  expect(() => requireKernelFor('ipvs', 'kind', lacks)).toThrow(
    'Services ipvs: this kernel has no ip_vs (CONFIG_IP_VS); take --substrate vm, which has it, or other Services',
  );
  expect(() => requireKernelFor('nftables', 'netns', lacks)).toThrow('no nf_tables (CONFIG_NF_TABLES)');
  requireKernelFor('ipvs', 'netns', () => 'loadable');
  expect(asked).toEqual(['IP_VS', 'NF_TABLES']);
});

test('of another machine, and of Services that are ours, the kernel here says nothing', () => {
  const ask = (): never => expect.unreachable();
  for (const substrate of ['kubeconfig', 'sim'] as const) requireKernelFor('ipvs', substrate, ask);
  for (const services of ['ebpf', 'none', 'network'] as const) requireKernelFor(services, 'netns', ask);
});
