import { expect, it } from 'vitest';
import { Cidr } from '../../ip/index.ts';
import { withWishes } from './pool-spec.ts';

const own = (pool: string, text: string) => ({ pool, cidr: Cidr.parseExact(text) });
const none = new Set<string>();
const need = (pool: string, ipv4: number) => ({ pool, needed: { ipv4 } });

const SPEC = {
  nodeIPs: ['172.30.1.0'],
  podCIDRs: ['10.0.0.0/28', '10.1.0.0/28'],
  pools: {
    requested: [need('red', 8)],
    allocated: [
      { pool: 'red', cidrs: ['10.0.0.0/28'] },
      { pool: 'blue', cidrs: ['10.1.0.0/28'] },
    ],
  },
};
const CIDRS = [own('blue', '10.1.0.0/28'), own('red', '10.0.0.0/28')];

it('should leave an object alone that says what it should, in whatever order', () => {
  expect(withWishes(SPEC, { needs: [need('red', 8)], cidrs: CIDRS, returned: none })).toBeUndefined();
});

it('should ask, and keep what it does not know', () => {
  const spec = withWishes(SPEC, { needs: [need('red', 16)], cidrs: CIDRS, returned: none });
  expect(spec).toMatchObject({
    nodeIPs: ['172.30.1.0'],
    pools: { requested: [need('red', 16)], allocated: SPEC.pools.allocated },
  });
});

it('should take out what is given back, and a pool with its last CIDR', () => {
  const returned = new Set(['10.1.0.0/28']);
  const spec = withWishes(SPEC, { needs: [], cidrs: [own('red', '10.0.0.0/28')], returned });
  expect(spec?.podCIDRs).toEqual(['10.0.0.0/28']);
  expect(spec?.pools).toEqual({ requested: [], allocated: [{ pool: 'red', cidrs: ['10.0.0.0/28'] }] });
});

it('should not take out what the operator has just added', () => {
  const spec = withWishes(SPEC, { needs: [], cidrs: [own('red', '10.0.0.0/28')], returned: none });
  expect(spec?.podCIDRs).toEqual(['10.0.0.0/28']);
  expect(spec?.pools?.allocated).toEqual(SPEC.pools.allocated);
});

it('should put back what somebody took out while it is used', () => {
  const spec = withWishes({ ...SPEC, pools: {} }, { needs: [], cidrs: CIDRS, returned: none });
  expect(spec?.pools?.allocated).toEqual([
    { pool: 'blue', cidrs: ['10.1.0.0/28'] },
    { pool: 'red', cidrs: ['10.0.0.0/28'] },
  ]);
});
