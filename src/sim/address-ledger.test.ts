import { expect, it } from 'vitest';
import { Ip } from '../ip/index.ts';
import { AddressLedger } from './address-ledger.ts';

const ip = Ip.parse('10.0.0.1');
const broken = (ledger: AddressLedger) =>
  ledger
    .results()
    .filter(({ violations }) => violations > 0)
    .map(({ name, witness }) => [name, witness?.text]);

it('should find an address that two pods have', () => {
  const ledger = new AddressLedger(['10.0.0.0/24'], 0);
  ledger.grant(ip, 0, () => 'a');
  ledger.release(ip, 1e6);
  ledger.grant(ip, 1e6, () => 'b');
  expect(broken(ledger)).toEqual([]);
  ledger.grant(ip, 2e6, () => 'c');
  expect(broken(ledger)).toEqual([['address-unique', '10.0.0.1 given to c while another pod had it']]);
});

it('should find an address that was given again too early, and one from nowhere', () => {
  const ledger = new AddressLedger(['10.0.0.0/24', 'fd00::/64'], 10e6);
  ledger.grant(ip, 0, () => 'a');
  ledger.release(ip, 5e6);
  ledger.grant(ip, 14.9e6, () => 'b');
  ledger.grant(Ip.parse('10.0.1.1'), 0, () => 'c');
  ledger.grant(Ip.parse('fd00::ffff:1'), 0, () => 'd');
  expect(broken(ledger)).toEqual([
    ['address-in-pool', '10.0.1.1 given to c, outside all pools'],
    ['address-cooldown', '10.0.0.1 given to b 9 ms after its release'],
  ]);
});
