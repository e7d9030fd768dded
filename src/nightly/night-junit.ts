import { subjectText } from '../compare/index.ts';
import type { ConcludedEntry } from './conclude-entry.ts';
import type { NightDocument } from './night-document.ts';

/**
 * A night for machines that read test results: a suite per scenario, in it a case for its runs and one per gated metric
 * and self-test. What is inconclusive counts as failed: nobody may take it for a pass.
 */
export function nightJunit({ id, startedAt }: NightDocument, entries: readonly ConcludedEntry[]): string {
  const suites = entries.map((each) => {
    const cases = casesOf(each);
    const failures = cases.filter(({ failure }) => failure !== undefined).length;
    const { name } = each.entry;
    return [
      `  <testsuite name="${escaped(name)}" tests="${cases.length}" failures="${failures}" timestamp="${startedAt}">`,
      ...cases.map((one) => `    ${caseText(name, one)}`),
      '  </testsuite>',
    ].join('\n');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${escaped(id)}">\n${suites.join('\n')}\n</testsuites>\n`;
}

interface Case {
  readonly name: string;
  readonly failure?: string | undefined;
}

function casesOf({ entry, comparison }: ConcludedEntry): Case[] {
  const gated = (comparison?.metrics ?? []).filter((metric) => metric.gated);
  return [
    {
      name: 'outcome',
      failure: entry.outcome === 'passed' ? undefined : `${entry.outcome}: ${entry.reasons.join('; ')}`,
    },
    ...gated.map((metric) => ({
      name: subjectText(metric),
      failure:
        metric.gate === 'held'
          ? undefined
          : `${metric.verdict.kind}${'reason' in metric.verdict ? `: ${metric.verdict.reason}` : ''}`,
    })),
    ...(entry.selfTest ? [{ name: 'self-test', failure: entry.selfTest.passed ? undefined : 'failed' }] : []),
  ];
}

function caseText(suite: string, { name, failure }: Case): string {
  const open = `<testcase classname="${escaped(suite)}" name="${escaped(name)}"`;
  return failure === undefined ? `${open}/>` : `${open}><failure message="${escaped(failure)}"/></testcase>`;
}

/** XML 1.0 has no word for most control characters. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/\p{Cc}/gu, ' ');
}
