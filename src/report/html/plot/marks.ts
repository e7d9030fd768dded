import type { RunDocument, RunEvent } from '../../../measure/index.ts';
import { format, formatCount } from '../../../stats/index.ts';
import { html, type Markup } from '../markup.ts';
import type { Frame } from './axes.ts';
import { round } from './path.ts';
import type { Scale } from './scale.ts';

/** Something that happened at an instant, to be marked in plots over time. */
export interface Mark {
  readonly kind: 'phase' | 'fault' | 'change' | 'release';
  /** Seconds since the begin of the plot. */
  readonly second: number;
  readonly text: string;
}

/** Height of one line of marks' texts, and how many there may be above each other. */
const LINE = 13;
const MAX_LINES = 4;
/** Mean width of a letter at the size of marks, in pixels. */
const LETTER = 6.4;

/** Phases, faults, changes and releases of a run, in order; `startNs` is where the plot begins. */
export function marksOf(run: RunDocument, events: readonly RunEvent[], startNs: number): Mark[] {
  const second = (at: number) => Math.max(0, (at - startNs) / 1e9);
  const happened = events.flatMap((event): Mark[] => {
    if (event.kind === 'change') return [{ kind: 'change', second: second(event.at), text: event.text }];
    if (event.kind === 'release') {
      return [{ kind: 'release', second: second(event.at), text: `release ${formatCount(event.count)}` }];
    }
    if (event.kind !== 'fault') return [];
    const text = event.node === undefined ? event.text : `${event.text} (${event.node})`;
    return [{ kind: 'fault', second: second(event.at), text }];
  });
  const phases = run.phases.map(
    ({ name, startNs: at }): Mark => ({ kind: 'phase', second: second(at), text: name }),
  );
  return [...phases, ...happened].sort((a, b) => a.second - b.second);
}

/** What there is to say of marks besides the phases, for those who do not see the plot. */
export function marksText(marks: readonly Mark[]): string {
  const told = marks.filter(({ kind }) => kind !== 'phase');
  if (told.length === 0) return '';
  return ` Marked: ${told.map(({ second, text }) => `${text} at ${format(second * 1e9, 'ns')}`).join(', ')}.`;
}

export interface PlacedMark extends Mark {
  /** Undefined where there is no room for its text. */
  readonly line: number | undefined;
  /** True when the text stands to the left of the mark. */
  readonly leftwards: boolean;
}

/** Gives each text a line in which it meets no other; texts near the right edge stand to the left of their mark. */
export function placeMarks(
  marks: readonly Mark[],
  x: Scale,
  frame: Pick<Frame, 'left' | 'right'>,
): PlacedMark[] {
  const lines: { from: number; to: number }[][] = Array.from({ length: MAX_LINES }, () => []);
  return marks.map((mark) => {
    const at = x(mark.second);
    const width = mark.text.length * LETTER + 8;
    const leftwards = at + width > frame.right && at - width >= frame.left;
    const span = leftwards ? { from: at - width, to: at } : { from: at, to: at + width };
    const fits = span.to <= frame.right + 1;
    const line = fits
      ? lines.findIndex((taken) => taken.every(({ from, to }) => span.to <= from || span.from >= to))
      : -1;
    if (line < 0) return { ...mark, line: undefined, leftwards };
    lines[line]!.push(span);
    return { ...mark, line, leftwards };
  });
}

/** Height that the texts of placed marks take. */
export function marksHeight(placed: readonly PlacedMark[]): number {
  return LINE * (1 + Math.max(-1, ...placed.map(({ line }) => line ?? -1)));
}

/** Vertical lines through `frame` with their texts from `top` down. */
export function drawMarks(placed: readonly PlacedMark[], x: Scale, frame: Frame, top: number): Markup {
  return html`${placed.map(({ kind, second, text, line, leftwards }) => {
    const at = round(x(second));
    const label =
      line === undefined
        ? undefined
        : html`<text class="mark ${kind}" x="${leftwards ? at - 4 : at + 4}" y="${top + 10 + line * LINE}" text-anchor="${leftwards ? 'end' : 'start'}">${text}</text>`;
    return html`<line class="mark ${kind}" x1="${at}" x2="${at}" y1="${line === undefined ? frame.top : top + line * LINE}" y2="${frame.bottom}"><title>${text}</title></line>${label}`;
  })}`;
}
