import type { ComparedMetric, ComparisonDocument } from '../../compare/index.ts';
import type { Unit } from '../../stats/index.ts';

/** Units as benchstat's own tables know them: it shows `-ns` as seconds, `-B` with binary prefixes. */
const SUFFIX: Readonly<Record<Unit, string>> = {
  ns: 'ns',
  bytes: 'B',
  'bytes/s': 'B/s',
  '1/s': 'ops/s',
  cores: 'cores',
  ratio: 'ratio',
  count: 'count',
};

/**
 * The values of all runs in the format of Go's benchmarks (golang.org/design/14313-benchmark-format), a line for each run
 * and series: `benchstat -col side FILE` compares them.
 */
export function comparisonBenchstat(document: ComparisonDocument): string {
  const units = new Map(document.metrics.map((metric) => [unitName(metric), metric.better]));
  return [
    'pkg: churnlab',
    ...[...units].map(([unit, better]) => `Unit ${unit} better=${better}`),
    ...(['a', 'b'] as const).flatMap((side) => ['', `side: ${side}`, ...linesOf(document, side)]),
    '',
  ].join('\n');
}

function linesOf({ metrics, groups }: ComparisonDocument, side: 'a' | 'b'): string[] {
  const series = Map.groupBy(metrics, ({ group, key }) => `${group} ${key}`);
  return [...series.values()].flatMap((members) => {
    const name = nameOf(members[0]!, groups);
    const runs = new Set(members.flatMap((each) => each[side]?.values.map(({ run }) => run) ?? []));
    return [...runs].map((run) => {
      const values = members.flatMap((member) => {
        const found = member[side]?.values.find((each) => each.run === run);
        return found ? [`${found.value} ${unitName(member)}`] : [];
      });
      return `${name} 1 ${values.join(' ')}`;
    });
  });
}

/** `BenchmarkRun/scenario=pod-churn/metric=cni.add/plugin=bridge`: no white space, and no `/` within a part. */
function nameOf({ group, metric, labels }: ComparedMetric, groups: ComparisonDocument['groups']): string {
  const { scenario, cell } = groups.find(({ name }) => name === group)!;
  const parts = Object.entries({ scenario, ...cell, metric, ...labels });
  return ['BenchmarkRun', ...parts.map(([key, value]) => `${clean(key)}=${clean(String(value))}`)].join('/');
}

function clean(text: string): string {
  return text.replaceAll(/[\s/]/g, '_');
}

function unitName({ statistic, unit }: ComparedMetric): string {
  return `${statistic}-${SUFFIX[unit]}`;
}
