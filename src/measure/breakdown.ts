import { rankOf } from '../stats/index.ts';
import type { Breakdown } from './folder/document.ts';
import { CNI_ADD_PARTS, type CniAddPart, type MetricName } from './metrics.ts';
import type { Recorder, Series } from './recorder.ts';
import type { Sample } from './sample.ts';

/** Bands of the whole call, by its quantiles: what the slow calls spend their time on is another question. */
const BANDS = [
  [0, 0.5],
  [0.5, 0.9],
  [0.9, 0.99],
  [0.99, 1],
] as const;

/** The stamped parts of one call of ADD, ns. */
export type AddParts = Readonly<Partial<Record<Exclude<CniAddPart, 'other'>, number>>>;

/**
 * Samples for a successful ADD and its parts. What the parts do not cover is `cni.add.other`; it comes out
 * negative when they overlap, which the summary then reports as the defect it is.
 */
export function addSamples(call: Omit<Sample, 'metric' | 'ok'>, parts: AddParts): Sample[] {
  const stamped = CNI_ADD_PARTS.filter((part) => part !== 'other').flatMap((part) => {
    const ns = parts[part];
    return ns === undefined ? [] : [{ ...call, metric: `cni.add.${part}` as MetricName, ns, ok: true }];
  });
  const other = call.ns - stamped.reduce((sum, sample) => sum + sample.ns, 0);
  return [
    { ...call, metric: 'cni.add', ok: true },
    ...stamped,
    { ...call, metric: 'cni.add.other', ns: other, ok: true },
  ];
}

/**
 * Mean time per part in bands of the whole call, over the calls that have their parts stamped. Within a band
 * the means add up to the mean of the whole. Undefined when no call has parts.
 */
export function breakdownOf(recorder: Recorder): Breakdown | undefined {
  const whole = recorder.find('cni.add');
  const other = recorder.find('cni.add.other');
  if (whole === undefined || other === undefined) return undefined;
  const parts = CNI_ADD_PARTS.map((part) => {
    const series = recorder.find(`cni.add.${part}`);
    return series ? byCall(series) : new Map<string, number>();
  });
  const stamped = byCall(other);
  const calls = [...byCall(whole)].filter(([call]) => stamped.has(call)).sort((a, b) => a[1] - b[1]);
  if (calls.length === 0) return undefined;
  const bands = BANDS.flatMap(([from, to]) => {
    const first = from === 0 ? 0 : rankOf(from, calls.length);
    const members = calls.slice(first, rankOf(to, calls.length));
    if (members.length === 0) return [];
    const average = (values: Map<string, number>) =>
      members.reduce((sum, [call]) => sum + (values.get(call) ?? 0), 0) / members.length;
    return [
      {
        from,
        to,
        count: members.length,
        parts: Object.fromEntries(CNI_ADD_PARTS.map((part, i) => [part, average(parts[i]!)])),
      },
    ];
  });
  return { metric: 'cni.add', bands };
}

/** Values by call. Samples of one call share the node and the instant; equal ones are told apart by order. */
function byCall({ columns }: Series): Map<string, number> {
  const values = new Map<string, number>();
  const seen = new Map<string, number>();
  for (let i = 0; i < columns.length; i++) {
    if (columns.outcome(i) !== 0) continue;
    const call = `${columns.at(i)}/${columns.node(i)}`;
    const nth = seen.get(call) ?? 0;
    seen.set(call, nth + 1);
    values.set(`${call}/${nth}`, columns.value(i));
  }
  return values;
}
