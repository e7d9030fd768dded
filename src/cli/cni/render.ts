import type { Colors } from 'picocolors/types.js';
import type {
  ConformanceResult,
  Finding,
  FindingStatus,
  RequirementResult,
} from '../../conformance/index.ts';
import { columns } from '../columns.ts';

const WORDS: Readonly<Record<FindingStatus, string>> = {
  pass: 'ok',
  fail: 'FAIL',
  deviation: 'known',
  'not-applicable': '-',
};

/** Text that can be pasted: a table under the sections of the specification, then why a cell is not a plain `ok`. */
export function renderConformance(result: ConformanceResult, colors: Colors): string {
  const { network, plugins, kernel, versions, requirements, totals } = result;
  const body = requirements.map(({ id, findings, text }) => [
    `  ${id}`,
    ...findings.map((finding) => cellText(finding, colors)),
    text,
  ]);
  const table = columns(['  REQUIREMENT', ...versions, ''], body).split('\n');
  return [
    `Network ${network}  ${plugins.join(', ')}, kernel ${kernel}`,
    '',
    ...withHeadings(table, requirements),
    '',
    ...section('Failed', problems(requirements, 'fail')),
    ...section('Known deviations', problems(requirements, 'deviation')),
    ...section('Not applicable', absences(requirements)),
    `${totals.pass} ok, ${totals.fail} failed, ${totals.deviation} known deviations, ${totals['not-applicable']} not applicable`,
    '',
  ].join('\n');
}

function cellText({ status }: Finding, colors: Colors): string {
  if (status === 'fail') return colors.red(WORDS.fail);
  return status === 'deviation' ? colors.yellow(WORDS.deviation) : WORDS[status];
}

/** A line with the section above its first requirement; what heads the table stays above all. */
function withHeadings(
  [head, ...lines]: readonly string[],
  requirements: readonly RequirementResult[],
): string[] {
  const isFirst = (i: number): boolean => requirements[i]!.section !== requirements[i - 1]?.section;
  return [head!, ...lines.flatMap((line, i) => (isFirst(i) ? [requirements[i]!.section, line] : [line]))];
}

/** A line for each reason of a requirement, with the versions that it is of. */
function problems(requirements: readonly RequirementResult[], wanted: FindingStatus): string[] {
  return requirements.flatMap(({ id, findings }) => {
    const found = findings.filter(({ status }) => status === wanted);
    const byReason = Map.groupBy(found, ({ reason }) => reason);
    return [...byReason].map(
      ([reason, of]) => `${id} (${of.map(({ version }) => version).join(', ')}): ${reason}`,
    );
  });
}

/** How many cells each reason leaves out. */
function absences(requirements: readonly RequirementResult[]): string[] {
  const absent = requirements
    .flatMap(({ findings }) => findings)
    .filter(({ status }) => status === 'not-applicable');
  return [...Map.groupBy(absent, ({ reason }) => reason)].map(
    ([reason, cells]) => `${cells.length} cells: ${reason}`,
  );
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];
}
