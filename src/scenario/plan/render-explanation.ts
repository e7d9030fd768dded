import type { Paint } from '../source/diagnostic.ts';
import type { Explanation } from './explain.ts';

const WIDTH = 92;

/** An explanation as text to read. */
export function renderExplanation(explanation: Explanation, paint: Pick<Paint, 'bold' | 'dim'>): string {
  const { name, description, lab, level, phases, changes, faults, gates, changed, reproducible } =
    explanation;
  const block = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', paint.bold(title), ...lines];
  return [
    ...(description === ''
      ? [paint.bold(name)]
      : wrap(description, `${name}: `, '').map((line, index) =>
          index === 0 ? line.replace(name, paint.bold(name)) : line,
        )),
    ...block('Lab', wrap(lab, '  ', '  ')),
    ...block('Load', wrap(level, '  ', '  ')),
    ...phases.flatMap(({ name: phase, text }, index) => wrap(text, `  ${index + 1}. ${phase}: `, '     ')),
    ...block(
      'Changes',
      changes.flatMap((change) => wrap(change, '  - ', '    ')),
    ),
    ...block(
      'Faults',
      faults.flatMap((fault) => wrap(fault, '  - ', '    ')),
    ),
    ...block(
      'Gates',
      gates.flatMap(({ text, because }) => [
        ...wrap(text, '  - ', '    '),
        ...(because === '' ? [] : wrap(`because ${because}`, '    ', '    ').map(paint.dim)),
      ]),
    ),
    ...block(
      'Changed for this substrate',
      changed.map((line) => `  - ${line}`),
    ),
    '',
    paint.dim(reproducible),
    '',
  ].join('\n');
}

/** Lines of at most WIDTH columns; the first begins with `first`, the others with `rest`. */
function wrap(text: string, first: string, rest: string): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + word.length > WIDTH) {
      lines.push(line.trimEnd());
      line = rest;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
