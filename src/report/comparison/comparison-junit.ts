import { type ComparedMetric, type ComparisonDocument, subjectText } from '../../compare/index.ts';
import { type JunitCase, junitXml } from '../format/junit-xml.ts';
import { differenceText, pText, verdictText } from './verdict-text.ts';

/** A comparison as JUnit XML: a case for each gated metric, one for the likeness of the sides, one for invariants. */
export function comparisonJunit(document: ComparisonDocument): string {
  return junitXml([{ name: `compare ${document.title}`, cases: comparisonCases(document) }]);
}

/** The cases alone, for a file that has more of them. */
export function comparisonCases(document: ComparisonDocument): JunitCase[] {
  const gated = document.metrics.filter((metric) => metric.gated);
  return [likeness(document), invariants(document), ...gated.map(metricCase)];
}

function likeness({ differences }: ComparisonDocument): JunitCase {
  const refused = differences.filter(({ status }) => status === 'refused');
  const message = refused.map(({ field, a, b }) => `${field}: ${a} against ${b}`).join('; ');
  return {
    name: 'sides are alike',
    ...(refused.length > 0 && { failure: { type: 'inconclusive', message } }),
  };
}

function invariants({ invariants }: ComparisonDocument): JunitCase {
  const broken = invariants.filter(({ side }) => side === 'b');
  const message = broken.map(({ run, title, violations }) => `${run}: ${title} (${violations}×)`).join('; ');
  return {
    name: 'invariants of b',
    ...(broken.length > 0 && { failure: { type: 'invariant broken', message } }),
  };
}

function metricCase(metric: ComparedMetric): JunitCase {
  const { gate, pHolm } = metric;
  const message = `${verdictText(metric)}: ${differenceText(metric)}, p ${pText(pHolm)}`;
  const type = gate === 'broken' ? 'regression' : gate === 'inconclusive' ? 'inconclusive' : undefined;
  return { name: subjectText(metric), ...(type && { failure: { type, message } }) };
}
