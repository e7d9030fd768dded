import { describe, expect, it } from 'vitest';
import { ClusterPool, readClusterPoolConfig } from '../../ipam/index.ts';
import type { NodeNetwork } from '../../kube/index.ts';
import { NodeCidrs } from './node-cidrs.ts';

type Extra = { created?: string; operator?: NonNullable<NodeNetwork['status']>['operator'] };

function network(
  name: string,
  podCIDRs: readonly string[] = [],
  { created, operator }: Extra = {},
): NodeNetwork {
  return {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'NodeNetwork',
    metadata: { name, ...(created && { creationTimestamp: created }) },
    spec: { podCIDRs },
    ...(operator && { status: { operator } }),
  };
}

/** A pool of two /25; `told` collects the nodes whose objects may have to be written. */
function setUp() {
  const told: string[] = [];
  const pool = new ClusterPool(readClusterPoolConfig({ ipv4: { cidrs: ['10.0.0.0/24'], maskSize: 25 } }));
  const cidrs = new NodeCidrs(pool, (node) => told.push(node));
  return { told, cidrs };
}

const given = (cidrs: NodeCidrs, ...nodes: string[]) =>
  nodes.map((node) => cidrs.decisionOf(node).cidrs.join());

describe('NodeCidrs', () => {
  it('should take over all CIDRs before it gives one out', () => {
    const { cidrs } = setUp();
    cidrs.start([network('a'), network('b', ['10.0.0.0/25'])]);
    expect(given(cidrs, 'a', 'b')).toEqual(['10.0.0.128/25', '10.0.0.0/25']);
  });

  it('should serve the longest starving first after a start, then the oldest', () => {
    const { cidrs } = setUp();
    const full = (since: string) => ({ operator: { reason: 'NodeCIDRFull', error: 'full', since } }) as const;
    cidrs.start([
      network('young', [], { created: '2026-01-02T00:00:00Z' }),
      network('old', [], { created: '2026-01-01T00:00:00Z' }),
      network('second', [], full('2026-01-03T00:00:02.000Z')),
      network('first', [], full('2026-01-03T00:00:01.000Z')),
    ]);
    expect(given(cidrs, 'first', 'second', 'old', 'young')).toEqual(['10.0.0.0/25', '10.0.0.128/25', '', '']);
    cidrs.forget('first');
    expect(given(cidrs, 'old', 'young')).toEqual(['10.0.0.0/25', '']);
  });

  it('should say why a node has none, and tell of the one served when another leaves', () => {
    const { cidrs, told } = setUp();
    cidrs.start([network('a'), network('b'), network('c')]);
    expect(cidrs.decisionOf('c')).toEqual({
      cidrs: [],
      error: 'CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range',
      reason: 'NodeCIDRFull',
    });
    told.length = 0;
    cidrs.forget('a');
    expect([told, given(cidrs, 'c')]).toEqual([['c'], ['10.0.0.0/25']]);
  });

  it('should give one CIDR in two objects to the older, and report the other', () => {
    const { cidrs, told } = setUp();
    cidrs.start([
      network('young', ['10.0.0.0/25'], { created: '2026-01-02T00:00:00Z' }),
      network('old', ['10.0.0.0/25'], { created: '2026-01-01T00:00:00Z' }),
    ]);
    expect(cidrs.decisionOf('old')).toEqual({ cidrs: ['10.0.0.0/25'], error: '', reason: '' });
    expect(cidrs.decisionOf('young')).toEqual({
      cidrs: [],
      error: 'requested CIDR (10.0.0.0/25) is already allocated',
      reason: 'NodeCIDRConflict',
    });
    told.length = 0;
    cidrs.forget('old');
    expect(told).toEqual(['young']);
    expect(cidrs.decisionOf('young').error).toBe('');
  });

  it.each([
    [
      ['10.0.0/25'],
      'Expected a CIDR, got "10.0.0/25": Expected an IP address (Invalid IPv4 address), got "10.0.0"',
    ],
    [['10.0.0.5/25'], "Expected no host bits in a node's CIDR, got 10.0.0.5/25"],
    [['10.9.0.0/25'], 'allocator not configured for the requested CIDR 10.9.0.0/25'],
  ])('should leave %j as it is and report it', (podCIDRs, error) => {
    const { cidrs } = setUp();
    cidrs.start([network('a', podCIDRs)]);
    expect(cidrs.decisionOf('a')).toEqual({ cidrs: [], error, reason: 'NodeCIDRConflict' });
    cidrs.see(network('a'));
    expect(cidrs.decisionOf('a')).toMatchObject({ error: '', reason: '' });
    expect(given(cidrs, 'a')[0]).toMatch(/^10\.0\.0\./);
  });

  it('should serve those who wait when a corrected object gives CIDRs back', () => {
    const { cidrs, told } = setUp();
    cidrs.start([network('wrong', ['10.0.0.0/24']), network('a')]);
    expect(cidrs.decisionOf('a').reason).toBe('NodeCIDRFull');
    told.length = 0;
    cidrs.see(network('wrong', ['10.0.0.128/25']));
    expect([told, given(cidrs, 'a', 'wrong')]).toEqual([
      ['a', 'wrong'],
      ['10.0.0.0/25', '10.0.0.128/25'],
    ]);
  });
});
