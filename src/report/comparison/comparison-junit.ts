import { type ComparedMetric, type ComparisonDocument, subjectText } from '../../compare/index.ts';
import { differenceText, pText, verdictText } from './verdict-text.ts';

/** A comparison as JUnit XML: a case for each gated metric, one for the likeness of the sides, one for invariants. */
export function comparisonJunit(document: ComparisonDocument): string {
  const cases = [
    likeness(document),
    invariants(document),
    ...document.metrics.filter(({ gated }) => gated).map(metricCase),
  ];
  const failed = cases.filter(({ failure }) => failure !== undefined).length;
  const name = `compare ${document.title}`;
  const lines = cases.flatMap(({ name, failure }) => {
    const head = `    <testcase classname="${escapeXml(`compare.${document.title}`)}" name="${escapeXml(name)}"`;
    if (failure === undefined) return [`${head}/>`];
    const [type, message] = failure;
    return [`${head}>`, `      <failure type="${type}" message="${escapeXml(message)}"/>`, '    </testcase>'];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${cases.length}" failures="${failed}">`,
    `  <testsuite name="${escapeXml(name)}" tests="${cases.length}" failures="${failed}">`,
    ...lines,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

interface Case {
  readonly name: string;
  readonly failure: readonly [type: string, message: string] | undefined;
}

function likeness({ differences }: ComparisonDocument): Case {
  const refused = differences.filter(({ status }) => status === 'refused');
  const message = refused.map(({ field, a, b }) => `${field}: ${a} against ${b}`).join('; ');
  return { name: 'sides are alike', failure: refused.length > 0 ? ['inconclusive', message] : undefined };
}

function invariants({ invariants }: ComparisonDocument): Case {
  const broken = invariants.filter(({ side }) => side === 'b');
  const message = broken.map(({ run, title, violations }) => `${run}: ${title} (${violations}×)`).join('; ');
  return { name: 'invariants of b', failure: broken.length > 0 ? ['invariant broken', message] : undefined };
}

function metricCase(metric: ComparedMetric): Case {
  const { gate, pHolm } = metric;
  const message = `${verdictText(metric)}: ${differenceText(metric)}, p ${pText(pHolm)}`;
  const type = gate === 'broken' ? 'regression' : gate === 'inconclusive' ? 'inconclusive' : undefined;
  return { name: subjectText(metric), failure: type && [type, message] };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
