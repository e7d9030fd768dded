/** Reads the text exposition format of Prometheus; comments and time stamps are left out. */
export function parseMetrics(exposition: string): ReadonlyMap<string, number> {
  const lines = exposition.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.includes('}') ? line.indexOf('}') + 1 : line.indexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1).split(' ')[0])];
    }),
  );
}

/** Values of a metric, one for each set of labels; only of those that have `label`, as the text writes it. */
export function valuesOf(metrics: ReadonlyMap<string, number>, name: string, label = ''): number[] {
  return [...metrics]
    .filter(([series]) => series.split('{')[0] === name && series.includes(label))
    .map(([, value]) => value);
}
