import { expect, test } from 'vitest';
import type { LabSpec } from '../scenario/index.ts';
import { flavourOf, withMachineServices } from './machine-services.ts';

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
