import { describe, expect, it, vi } from 'vitest';
import { KubeError, NODES } from '../../kube/index.ts';
import { eventually } from '../testing/eventually.ts';
import { NodeBench } from '../testing/node-bench.ts';

const SMALL = { mode: 'range' as const, ipv4: { cidrs: ['10.0.0.0/24'], maskSize: 25 } };

describe.each(['rate-limited', 'fixed'] as const)('mode range, queue %s', (queue) => {
  const config = { ...SMALL, queue };

  it('should write podCIDR and podCIDRs of both families, in one request a node', async () => {
    const bench = await NodeBench.start();
    const patch = vi.spyOn(bench.client, 'patch');
    const operator = await bench.operator({ ...config, ipv6: { cidrs: ['fd00::/104'], maskSize: 112 } });
    for (const name of ['a', 'b']) await bench.join(name);
    await eventually(async () => {
      expect(await bench.cidrs('a', 'b')).toEqual(['10.0.0.0/25 fd00::/112', '10.0.0.128/25 fd00::1:0/112']);
    });
    expect((await bench.get('a')).spec?.podCIDR).toBe('10.0.0.0/25');
    await operator.idle();
    expect(patch).toHaveBeenCalledTimes(2);
    expect(bench.errors).toEqual([]);
  });

  it('should take over all CIDRs after a restart before it gives one out', async () => {
    const bench = await NodeBench.start();
    await bench.join('a');
    await bench.join('b', ['10.0.0.0/25']);
    const operator = await bench.operator(config);
    await operator.idle();
    expect(await bench.cidrs('a', 'b')).toEqual(['10.0.0.128/25', '10.0.0.0/25']);
  });

  it('should keep service CIDRs from nodes', async () => {
    const bench = await NodeBench.start();
    const operator = await bench.operator({ ...config, serviceCidrs: ['10.0.0.0/28', 'fd00:96::/112'] });
    await bench.join('a');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.0.0.128/25']));
    expect(operator.status().pools).toEqual([
      { pool: 'default', family: 'ipv4', cidr: '10.0.0.0/24', maskSize: 25, size: 2, used: 2 },
    ]);
  });

  it('should report a refused node by an Event, in status and in metrics', async () => {
    const bench = await NodeBench.start();
    const operator = await bench.operator(config);
    for (const name of ['a', 'b', 'c']) await bench.join(name);
    await eventually(async () => {
      expect(await bench.events()).toContainEqual(
        expect.objectContaining({
          type: 'Normal',
          reason: 'CIDRNotAvailable',
          message: 'Node c status is now: CIDRNotAvailable',
          involvedObject: expect.objectContaining({ kind: 'Node', name: 'c' }),
        }),
      );
    });
    expect(operator.status()).toMatchObject({
      mode: 'range',
      waiting: [{ node: 'c', since: expect.stringMatching(/Z$/), reason: 'CIDRNotAvailable' }],
    });
    expect(operator.metrics()).toContain('churnlab_operator_waiting_nodes 1\n');
  });

  it('should try a write three times, then report it and free the CIDR', async () => {
    const bench = await NodeBench.start();
    const patch = bench.client.patch.bind(bench.client);
    let tries = 0;
    vi.spyOn(bench.client, 'patch').mockImplementation(async (...args) => {
      if (args[3].type === 'strategic' && ++tries <= 3) throw new KubeError(403, 'Forbidden', 'not now');
      return patch(...args) as never;
    });
    const operator = await bench.operator(config);
    await bench.join('a');
    await eventually(async () => {
      expect((await bench.events()).map(({ reason }) => reason)).toEqual(['CIDRAssignmentFailed']);
    });
    await operator.idle();
    await bench.touch('a');
    // The search goes on behind the CIDR that was freed.
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.0.0.128/25']));
    expect(tries).toBe(4);
    await operator.idle();
    expect(operator.status().pools[0]?.used).toBe(1);
  });

  it('should give the next node of the same name a CIDR of its own', async () => {
    const bench = await NodeBench.start();
    await bench.operator(config);
    await bench.join('a');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.0.0.0/25']));
    await bench.client.delete(NODES, 'a');
    await bench.join('a');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.0.0.128/25']));
  });

  it('should serve 5,000 nodes that appear at once', async () => {
    const bench = await NodeBench.start();
    const operator = await bench.operator({ ...config, ipv4: { cidrs: ['10.0.0.0/8'], maskSize: 24 } });
    const names = Array.from({ length: 5000 }, (_, n) => `n${n}`);
    await Promise.all(names.map((name) => bench.join(name)));
    await eventually(async () => {
      const cidrs = await bench.cidrs(...names);
      expect(cidrs).not.toContain('');
      expect(new Set(cidrs).size).toBe(5000);
    });
    await operator.idle();
    expect(operator.status().pools[0]?.used).toBe(5000);
    expect(operator.metrics()).toContain('churnlab_operator_node_cidr_seconds_count 5000\n');
    expect(bench.errors).toEqual([]);
  });
});

describe('queues of mode range', () => {
  it('rate-limited should serve a waiting node by itself', async () => {
    const bench = await NodeBench.start();
    await bench.operator(SMALL);
    for (const name of ['a', 'b', 'c']) await bench.join(name);
    await eventually(async () => expect(await bench.events()).toHaveLength(1));
    await bench.client.delete(NODES, 'b');
    await eventually(async () => expect(await bench.cidrs('c')).toEqual(['10.0.0.128/25']));
  });

  it('fixed should leave a waiting node until its next event', async () => {
    const bench = await NodeBench.start();
    const operator = await bench.operator({ ...SMALL, queue: 'fixed' });
    for (const name of ['a', 'b', 'c']) await bench.join(name);
    await eventually(async () => expect(await bench.events()).toHaveLength(1));
    await bench.client.delete(NODES, 'b');
    await eventually(async () => expect(operator.status().pools[0]?.used).toBe(1));
    expect(operator.metrics()).toContain('churnlab_operator_queue_delayed 0\n');
    await bench.join('d');
    await eventually(async () => expect(await bench.cidrs('d')).toEqual(['10.0.0.128/25']));
    expect(await bench.cidrs('c')).toEqual(['']);
    await bench.client.delete(NODES, 'a');
    await eventually(async () => expect(operator.status().pools[0]?.used).toBe(1));
    await bench.touch('c');
    await eventually(async () => expect(await bench.cidrs('c')).toEqual(['10.0.0.0/25']));
    await eventually(async () => expect(operator.status().waiting).toEqual([]));
  });
});
