import { html, type Markup } from '../markup.ts';
import { round } from './path.ts';
import type { Scale } from './scale.ts';

/** The rectangle that is drawn in, in pixels of the drawing. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Horizontal lines with values at the left. */
export function yAxis(scale: Scale, frame: Frame, label: (value: number) => string): Markup {
  return html`<g class="axis">${scale.ticks.map((tick) => {
    const y = round(scale(tick));
    return html`<line x1="${frame.left}" x2="${frame.right}" y1="${y}" y2="${y}"/><text x="${frame.left - 6}" y="${y + 4}" text-anchor="end">${label(tick)}</text>`;
  })}</g>`;
}

/** Mean width of a letter of an axis, in pixels, and what two labels keep apart. */
const LETTER = 6.4;
const APART = 8;

/**
 * Values below, with short marks; one at an edge of the frame is pushed inside, so that it is not cut off, and one
 * that would run into another keeps its mark alone.
 */
export function xAxis(scale: Scale, frame: Frame, label: (value: number) => string): Markup {
  const ticks = scale.ticks.map((tick) => {
    const x = round(scale(tick));
    const anchor = x > frame.right - 16 ? 'end' : x < frame.left + 2 && frame.left < 20 ? 'start' : 'middle';
    const text = label(tick);
    const width = text.length * LETTER;
    const from = anchor === 'end' ? x - width : anchor === 'start' ? x : x - width / 2;
    return { x, anchor, text, from, to: from + width };
  });
  const labelled: typeof ticks = [];
  // The last is the one that a reader looks for: how far the axis goes.
  for (const tick of [...ticks.slice(-1), ...ticks.slice(0, -1)]) {
    if (labelled.every(({ from, to }) => tick.from > to + APART || tick.to < from - APART))
      labelled.push(tick);
  }
  return html`<g class="axis">${ticks.map((tick) => {
    const { x, anchor, text } = tick;
    return html`<line x1="${x}" x2="${x}" y1="${frame.bottom}" y2="${frame.bottom + 4}"/>${labelled.includes(tick) ? html`<text x="${x}" y="${frame.bottom + 17}" text-anchor="${anchor}">${text}</text>` : ''}`;
  })}</g>`;
}
