import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClusterPoolConfig } from '../cluster-pool/cluster-pool-config.ts';
import { CloudProvider, type CloudProviderSpec } from './cloud-provider.ts';

const network = readClusterPoolConfig({
  ipv4: { cidrs: ['10.0.0.0/22'], maskSize: 24 },
  ipv6: { cidrs: ['fd00::/63'], maskSize: 64 },
});

function provider(spec: Omit<CloudProviderSpec, 'network'> = {}, now = () => 0): CloudProvider {
  return new CloudProvider({ network, ...spec }, now);
}

function texts(answer: ReturnType<CloudProvider['allocate']>) {
  return 'cidrs' in answer ? answer.cidrs.map(String) : answer;
}

describe('CloudProvider', () => {
  it('should give a node one CIDR of each family, and the same when asked again', () => {
    const cloud = provider();
    expect(texts(cloud.allocate('a'))).toEqual(['10.0.0.0/24', 'fd00::/64']);
    expect(texts(cloud.allocate('a'))).toEqual(['10.0.0.0/24', 'fd00::/64']);
    expect(cloud.list().map(({ node, cidrs }) => `${node} ${cidrs.join(' ')}`)).toEqual([
      'a 10.0.0.0/24 fd00::/64',
    ]);
  });

  it('should refuse at once and say for how long when asked too often, before it looks at anything else', () => {
    let now = 0;
    const cloud = provider({ rate: { perSecond: 10, burst: 1 }, quota: 1 }, () => now);
    cloud.allocate('a');
    expect(cloud.allocate('a')).toEqual({ rateLimited: 100 });
    expect(cloud.release('a')).toEqual({ rateLimited: 100 });
    now = 100;
    expect(cloud.allocate('b')).toEqual({ quota: 'quota NODE_CIDRS exceeded: limit 1, in use 1' });
    now = 200;
    expect(cloud.release('a')).toEqual({ released: true });
    now = 300;
    expect(texts(cloud.allocate('b'))).toEqual(['10.0.1.0/24', 'fd00:0:0:1::/64']);
  });

  it('should keep nothing of one family when the other is used up', () => {
    const cloud = provider();
    for (const node of ['a', 'b']) cloud.allocate(node);
    expect(cloud.allocate('c')).toEqual({ exhausted: 'no ipv6 /64 left in fd00::/63' });
    expect(cloud.fill().map(({ used }) => used)).toEqual([2, 2]);
    expect(cloud.release('c')).toEqual({ released: false });
  });

  it('should tell how long an answer takes', () => {
    expect([provider().latencyMs, provider({ latencyMs: 50 }).latencyMs]).toEqual([0, 50]);
  });

  it('should hold no more than quota and network allow, and give nothing twice', () => {
    const step = fc.record({
      do: fc.constantFrom('allocate', 'release'),
      node: fc.integer({ min: 0, max: 5 }),
    });
    const property = fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 0, max: 3 }),
      (steps, quota) => {
        const cloud = provider({ quota });
        const model = new Map<string, readonly string[]>();
        for (const { do: what, node: number } of steps) {
          const node = `n${number}`;
          if (what === 'release') {
            expect(cloud.release(node)).toEqual({ released: model.delete(node) });
            continue;
          }
          const answer = texts(cloud.allocate(node));
          const known = model.get(node);
          if (known) expect(answer).toEqual(known);
          else if (model.size >= quota) expect(answer).toHaveProperty('quota');
          else if (model.size >= 2) expect(answer).toHaveProperty('exhausted');
          else model.set(node, answer as string[]);
          const all = [...model.values()].flat();
          expect(new Set(all).size).toBe(all.length);
          expect(cloud.list()).toHaveLength(model.size);
        }
      },
    );
    fc.assert(property);
  });
});
