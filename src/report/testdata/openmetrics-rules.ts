/**
 * What of OpenMetrics 1.0 a text breaks: the ABNF of the text format and the rules on each type of metric.
 * https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
 */
export function openMetricsProblems(text: string): string[] {
  if (!text.endsWith('# EOF\n')) return ['does not end in # EOF'];
  const problems: string[] = [];
  const declared = new Set<string>();
  let family: Family | undefined;
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const descriptor = /^# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line);
    if (descriptor) {
      const [, what, name, rest] = descriptor as unknown as [string, string, string, string];
      if (what === 'TYPE') {
        if (declared.has(name)) problems.push(`${name}: declared twice`);
        declared.add(name);
        if (!TYPES.has(rest)) problems.push(`${name}: no type ${rest}`);
        family = { name, type: rest, seen: new Set() };
      } else if (family?.name !== name) problems.push(`${name}: described outside its family`);
      else if (what === 'UNIT' && !name.endsWith(`_${rest}`)) problems.push(`${name}: its name does not end in its unit`);
      else if (what === 'HELP' && /(?<!\\)(\\\\)*"/.test(rest)) problems.push(`${name}: a quote that is not escaped`);
      continue;
    }
    const found = SAMPLE.exec(line);
    if (!found) problems.push(`${line}: not a sample`);
    else problems.push(...sampleProblems(family, found));
  }
  return problems;
}

interface Family {
  readonly name: string;
  readonly type: string;
  readonly seen: Set<string>;
}

const TYPES = new Set(['gauge', 'counter', 'stateset', 'info', 'histogram', 'gaugehistogram', 'summary', 'unknown']);
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[n"\\])*"`;
const SAMPLE = new RegExp(
  String.raw`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:${LABEL}(?:,${LABEL})*)?)\})? (NaN|[+-]Inf|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$`,
);
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  gauge: [''],
  stateset: [''],
  counter: ['_total', '_created'],
  info: ['_info'],
  summary: ['', '_count', '_sum', '_created'],
};

function sampleProblems(family: Family | undefined, [, name, labels = '', text]: RegExpExecArray): string[] {
  if (!family || !name!.startsWith(family.name)) return [`${name} belongs to no family`];
  const { type, seen } = family;
  const suffix = name!.slice(family.name.length);
  const value = text === '+Inf' ? Infinity : Number(text);
  const problems: string[] = [];
  const say = (problem: string) => problems.push(`${family.name}: ${problem}`);
  if (!SUFFIXES[type]!.includes(suffix)) say(`a ${type} has no sample named ${name}`);
  if (seen.has(`${suffix}{${labels}}`)) say('the same labels twice');
  seen.add(`${suffix}{${labels}}`);
  const names = [...labels.matchAll(new RegExp(LABEL, 'g'))].map(([pair]) => pair.slice(0, pair.indexOf('=')));
  if (new Set(names).size < names.length) say('a label twice');
  if (type === 'counter' && !(value >= 0)) say('a counter below zero');
  if (type === 'info' && value !== 1) say('an info that is not 1');
  if (type === 'stateset' && !names.includes(family.name)) say('a state without its label');
  if (type === 'stateset' && value !== 0 && value !== 1) say('a state that is neither 0 nor 1');
  if (type !== 'summary') return problems;
  const quantile = /quantile="([^"]*)"/.exec(labels)?.[1];
  if ((quantile === undefined) === (suffix === '')) say('a quantile without its label, or a count with one');
  if (quantile !== undefined && !(Number(quantile) >= 0 && Number(quantile) <= 1)) {
    say(`quantile ${quantile} is not within 0 and 1`);
  }
  if (value < 0) say('a summary below zero');
  return problems;
}
