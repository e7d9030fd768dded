import { describe, expect, it } from 'vitest';
import { addSamples, type Sample } from '../../measure/index.ts';
import { PodWaits } from './pod-waits.ts';

const ms = 1e6;

/** What a run folder has of a pod, whole calls before their parts, as {@link waitsOf} sorts them. */
function podSamples(name: string, { intended = 0, slow = 1, sandbox = true, parts = true } = {}): Sample[] {
  const pod = { pod: name, at: intended };
  const call = { pod: `ns-1/${name}`, node: 'n1', at: intended + 3 * ms * slow, ns: 8 * ms * slow };
  const stamped = { exec: 2 * ms * slow, ipam: ms * slow, link: 3 * ms * slow };
  return [
    { ...pod, metric: 'pod.scheduled', ns: ms * slow, ok: true },
    { ...pod, metric: 'pod.sandbox', ns: 12 * ms * slow, ok: sandbox },
    { ...pod, metric: 'pod.ready', ns: 15 * ms * slow, ok: sandbox },
    ...(parts ? addSamples(call, stamped) : [{ ...call, metric: 'cni.add', ok: true } as const]),
  ];
}

function waitsOf(samples: readonly Sample[]) {
  const waits = new PodWaits();
  const isPart = ({ metric }: Sample) => metric.startsWith('cni.add.');
  for (const sample of [...samples.filter((each) => !isPart(each)), ...samples.filter(isPart)])
    waits.onSample(sample);
  return waits.waits();
}

describe('PodWaits', () => {
  it('puts the steps of a pod one after the other, from its intended start to Ready', () => {
    const [wait] = waitsOf(podSamples('a', { intended: 100 * ms }));
    expect(wait).toEqual({
      pod: 'a',
      node: 'n1',
      standing: 'slowest',
      totalNs: 15 * ms,
      steps: [
        { step: 'scheduling', fromNs: 0, toNs: ms },
        { step: 'runtime', fromNs: ms, toNs: 3 * ms },
        { step: 'exec', fromNs: 3 * ms, toNs: 5 * ms },
        { step: 'ipam', fromNs: 5 * ms, toNs: 6 * ms },
        { step: 'link', fromNs: 6 * ms, toNs: 9 * ms },
        { step: 'other', fromNs: 9 * ms, toNs: 11 * ms },
        { step: 'status', fromNs: 11 * ms, toNs: 12 * ms },
        { step: 'ready', fromNs: 12 * ms, toNs: 15 * ms },
      ],
    });
  });

  it('shows the slowest and some that stand for quantiles, each once', () => {
    const samples = Array.from({ length: 200 }, (_, i) => podSamples(`p${i}`, { slow: i + 1 })).flat();
    const waits = waitsOf(samples);
    // The pod at p99 is among the slowest already.
    expect(waits.map(({ pod, standing }) => `${standing} ${pod}`)).toEqual([
      ...['p199', 'p198', 'p197', 'p196', 'p195', 'p194'].map((pod) => `slowest ${pod}`),
      ...['p90 p179', 'p75 p149', 'p50 p99', 'p25 p50'],
    ]);
  });

  it('leaves out pods whose address never showed up: theirs is no quick call', () => {
    const waits = waitsOf([...podSamples('a'), ...podSamples('b', { sandbox: false, slow: 0.1 })]);
    expect(waits.map(({ pod }) => pod)).toEqual(['a']);
  });

  it('shows bare calls where there are no pods', () => {
    const [wait] = waitsOf(podSamples('a').filter(({ metric }) => metric.startsWith('cni.')));
    expect(wait!.totalNs).toBe(8 * ms);
    expect(wait!.steps.map(({ step }) => step)).toEqual(['exec', 'ipam', 'link', 'other']);
  });

  it('has nothing to show without stamped parts', () => {
    expect(waitsOf(podSamples('a', { parts: false }))).toEqual([]);
  });
});
