import { FAILURE_CLASSES } from '../cni/index.ts';
import { formatRound, UNITS } from '../stats/index.ts';
import { METRICS, type Metric } from './metrics.ts';

const GROUPS: Readonly<Record<string, string>> = {
  cni: 'CNI calls',
  ipam: 'Addresses',
  pod: 'Pods',
  service: 'Services',
  kubelet: 'Pods',
  containerd: 'Pods',
  proxy: 'Cost beside the latency',
  agent: 'Cost beside the latency',
  map: 'Cost beside the latency',
  harness: 'The harness itself',
  sim: 'Simulations',
};

/** docs/metrics.md: every metric with what is clocked, from the list that the program uses. */
export function metricsReference(): string {
  const titles = [...new Set(Object.values(GROUPS))];
  const sections = titles.map((title) => {
    const metrics = [...METRICS.values()].filter(({ name }) => GROUPS[name.split('.')[0]!] === title);
    return [`## ${title}`, '', ...table(metrics), ''].join('\n');
  });
  return [INTRODUCTION, ...sections, CONCLUSION].join('\n');
}

function table(metrics: readonly Metric[]): string[] {
  const rows = metrics.map(({ name, unit, from, to, resolution, method, labels, highRate }) => {
    const labelText = Object.entries(labels ?? {}).map(([label, text]) => ` Label \`${label}\`: ${text}.`);
    const clocked = to === '' ? from : `${from} → ${to}`;
    const file = highRate ? 'columns' : 'lines';
    return `| \`${name}\` | ${clocked}.${labelText.join('')} | ${unit} | ${UNITS[unit].better} | ${formatRound(resolution, unit)} | ${method} | ${file} |`;
  });
  return [
    '| metric | what is clocked | unit | better | resolution | stamps from | stored as |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ];
}

const INTRODUCTION = `# Metrics
This page is written by \`npm run generate\` from \`src/measure/metrics.ts\`. The list is closed: two
results that use the same name measured the same thing, and \`validate\` refuses any other name.

- Durations are nanoseconds of CLOCK_MONOTONIC; reports show them with three significant digits.
- Latencies of an open loop count from the **intended** start, so that a late generator makes them longer, not fewer.
- A refused or failed operation counts as at least the deadline of its phase, whenever the refusal came. What is
  still pending at the end counts as at least its age. Both rank behind every success: \`p99 ≥ 10.0 s\` means that
  the quantile falls among them.
- Quantiles are samples (inverse of the empirical distribution), never interpolated. Their intervals come from
  a bootstrap of whole seconds, since neighbours in time are not independent.
- A negative value is a defect of clocks or stamps: it is kept and reported, and a gate on the metric is inconclusive.
`;

const CONCLUSION = `## Failures
Every failure carries one of these classes: ${FAILURE_CLASSES.map((name) => `\`${name}\``).join(', ')}.

Where samples are stored, and how to read them: [results.md](results.md).
`;
