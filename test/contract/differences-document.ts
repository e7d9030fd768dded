import { CONTRACT } from './cases/index.ts';
import { DIFFERENCES, LOOSER } from './differences.ts';

/** The list of what may differ, as Markdown for docs/api-server-differences.md. */
export function differencesDocument(): string {
  const requests = LOOSER.map(
    ({ case: name, request, because }) => `| ${name} | ${requestOf(name, request)} | ${because} |`,
  );
  return [
    '# Where the embedded API server differs',
    '',
    'Generated from `test/contract/differences.ts` by its test. Everything else in the answers to the requests of',
    '`test/contract/cases` is the same as that of kube-apiserver 1.34.4, as recorded in `test/contract/recorded`.',
    '',
    '## Fields that are not compared',
    '',
    '| field | because |',
    '|---|---|',
    ...DIFFERENCES.map(({ field, because }) => `| \`${field}\` | ${because} |`),
    '',
    '## Answers of which only status, code and reason are the same',
    '',
    '| case | request | because |',
    '|---|---|---|',
    ...requests,
    '',
  ].join('\n');
}

/** @throws RangeError for a case or request that is not there any more */
function requestOf(name: string, index: number): string {
  const found = Object.values(CONTRACT)
    .flat()
    .find((one) => one.name === name);
  // Requests made during a watch are recorded after it.
  const steps = found?.steps.flatMap((step) => [step, ...(step.watch?.during ?? [])]);
  const step = steps?.[index];
  if (!step) throw new RangeError(`Expected request ${index} of case "${name}" in the contract, found none`);
  return `\`${step.method} ${step.path.replaceAll('|', '\\|')}\``;
}
