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

/** Values below, with short marks; one at an edge of the frame is pushed inside, so that it is not cut off. */
export function xAxis(scale: Scale, frame: Frame, label: (value: number) => string): Markup {
  return html`<g class="axis">${scale.ticks.map((tick) => {
    const x = round(scale(tick));
    const anchor = x > frame.right - 16 ? 'end' : x < frame.left + 2 && frame.left < 20 ? 'start' : 'middle';
    return html`<line x1="${x}" x2="${x}" y1="${frame.bottom}" y2="${frame.bottom + 4}"/><text x="${x}" y="${frame.bottom + 17}" text-anchor="${anchor}">${label(tick)}</text>`;
  })}</g>`;
}
