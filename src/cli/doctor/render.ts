import type { Answer } from './capability.ts';
import { type Examined, isReady } from './examine.ts';

/** Wraps a text in colour; the identity where there is none. */
export interface Palette {
  readonly yes: (text: string) => string;
  readonly no: (text: string) => string;
  readonly unknown: (text: string) => string;
  readonly dim: (text: string) => string;
}

/** The table for people: what is there, and below each gap what it is for and how to close it. */
export function renderExamined(examined: readonly Examined[], palette: Palette): string {
  const width = Math.max(...examined.map(({ name }) => name.length));
  const lines = examined.flatMap(({ name, answer, detail, purpose, get, required }) => {
    const first = `${name.padEnd(width)}  ${palette[answer](answer.padEnd('unknown'.length))}  ${detail}`;
    if (answer === 'yes') return [first];
    const indent = ' '.repeat(width + 2);
    const need = required ? ' (the default lab needs it)' : '';
    return [first, palette.dim(`${indent}for: ${purpose}${need}`), palette.dim(`${indent}get: ${get}`)];
  });
  return `${[...lines, '', verdict(examined)].join('\n')}\n`;
}

function verdict(examined: readonly Examined[]): string {
  const required = (answer: Answer) =>
    examined.filter((each) => each.required && each.answer === answer).map(({ name }) => name);
  if (!isReady(examined)) return `The default lab cannot come up here: ${required('no').join(', ')}`;
  const open = required('unknown');
  if (open.length > 0)
    return `Nothing is known to be missing for the default lab; not known: ${open.join(', ')}`;
  return 'The default lab can come up here: npm run lab:up';
}
