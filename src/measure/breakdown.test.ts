import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSamples, breakdownOf } from './breakdown.ts';
import { Recorder } from './recorder.ts';

const parts = { exec: 400, queue: 10, ipam: 5, link: 500, addr: 100, map: 8, persist: 200 };

describe('addSamples', () => {
  it('reports what the parts leave as other, so that they add up', () => {
    const samples = addSamples({ ns: 1300, at: 1, node: 'n1' }, parts);
    expect(samples.map(({ metric, ns }) => [metric, ns])).toContainEqual(['cni.add.other', 77]);
    expect(samples.slice(1).reduce((sum, { ns }) => sum + ns, 0)).toBe(samples[0]!.ns);
    expect(samples.every(({ at, node, ok }) => at === 1 && node === 'n1' && ok)).toBe(true);
  });

  it('shows parts that overlap as a negative other, which is reported', () => {
    const recorder = new Recorder();
    for (const sample of addSamples({ ns: 1000, at: 1 }, parts)) recorder.append(sample);
    expect(recorder.find('cni.add.other')).toMatchObject({ negative: 1 });
  });
});

describe('breakdownOf', () => {
  it('adds up to the whole in every band, whatever the order of calls', () => {
    const call = fc.record({
      ns: fc.integer({ min: 2000, max: 1e6 }),
      at: fc.integer({ min: 0, max: 5 }),
      node: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 300 }), (calls) => {
        const recorder = new Recorder();
        for (const each of calls) for (const sample of addSamples(each, parts)) recorder.append(sample);
        const { bands } = breakdownOf(recorder)!;
        expect(bands.reduce((sum, { count }) => sum + count, 0)).toBe(calls.length);
        const whole = calls.reduce((sum, { ns }) => sum + ns, 0);
        const total = bands.reduce(
          (sum, band) => sum + band.count * Object.values(band.parts).reduce((a, b) => a + b, 0),
          0,
        );
        expect(total / whole).toBeCloseTo(1, 9);
      }),
    );
  });

  it('leaves out calls without parts, and is absent when no call has any', () => {
    const recorder = new Recorder();
    recorder.append({ metric: 'cni.add', ns: 5, at: 1, ok: true });
    expect(breakdownOf(recorder)).toBeUndefined();
    for (const sample of addSamples({ ns: 1300, at: 2 }, parts)) recorder.append(sample);
    recorder.append({ metric: 'cni.add', ns: 9, at: 3, ok: false, class: 'pool-full' });
    expect(breakdownOf(recorder)!.bands.map(({ count }) => count)).toEqual([1]);
  });
});
