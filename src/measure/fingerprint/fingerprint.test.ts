import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ConditionProbe, parseCpuTime } from './condition.ts';
import { hashConfiguration, identify } from './identity.ts';
import { probeNoise } from './noise-probe.ts';

describe('hashConfiguration', () => {
  it('does not depend on the order of keys, and does on every value', () => {
    const hash = hashConfiguration({ a: 1, b: { c: [1, 2], d: null } });
    expect(hashConfiguration({ b: { d: null, c: [1, 2] }, a: 1 })).toBe(hash);
    expect(hashConfiguration({ a: 1, b: { c: [2, 1], d: null } })).not.toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('identify', () => {
  it('names machine, versions and commit', async () => {
    const identity = await identify({});
    expect(identity.node).toBe(process.versions.node);
    expect(identity.cores).toBeGreaterThan(0);
    expect(identity.commit).toMatch(/^([0-9a-f]{40}|unknown)$/);
  });
});

describe('parseCpuTime', () => {
  it('reads steal as the eighth field, and does not count guests twice', () => {
    const stat = 'cpu  10 1 5 100 2 0 1 7 4 4\ncpu0 5 0 2 50 1 0 0 3 2 2\n';
    expect(parseCpuTime(stat)).toEqual({ steal: 7, total: 126 });
  });
});

describe('probes', () => {
  it('repeat the fixed work until the time is over', () => {
    const probe = probeNoise(5e6);
    expect(probe.rounds).toBeGreaterThan(0);
    expect(probe.p50).toBeLessThanOrEqual(probe.p99);
    expect(probe.p99).toBeLessThanOrEqual(probe.max);
  });

  it('see the event loop being blocked', async () => {
    const probe = await ConditionProbe.start();
    await sleep(10);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    await sleep(10);
    const { loopLag, stealShare } = await probe.end();
    expect(loopLag.max).toBeGreaterThan(90e6);
    expect(stealShare).toBeGreaterThanOrEqual(0);
  });
});
