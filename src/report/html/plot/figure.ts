import type { Table } from '../../model/table.ts';
import { type Fragment, html, type Markup } from '../markup.ts';
import { htmlTable } from '../table.ts';
import type { Frame } from './axes.ts';

/** Size of a drawing in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** For wide and for narrow screens: text keeps its size, so a drawing cannot simply be scaled. */
export const HALF: readonly [Size, Size] = [
  { width: 558, height: 280 },
  { width: 356, height: 250 },
];
export const FULL: readonly [Size, Size] = [
  { width: 1140, height: 460 },
  { width: 356, height: 460 },
];

/** The same height for both widths. */
export function fullWidth(height: number): readonly [Size, Size] {
  return FULL.map(({ width }) => ({ width, height })) as [Size, Size];
}

/** What a reader sees under the pointer, or by arrow keys: the row of the table that lies there. */
export interface Cursor {
  /** For each row of the table its place along the x axis, 0 to 1. */
  readonly at: readonly number[];
  readonly frame: (size: Size) => Frame;
}

export interface FigureOptions {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What a reader who does not see the drawing should know. */
  readonly description: string;
  readonly sizes: readonly [Size, Size];
  readonly draw: (size: Size) => Fragment;
  readonly legend?: Fragment;
  /** The numbers behind the drawing. */
  readonly data: Table;
  readonly cursor?: Cursor;
}

/** A drawing with title, legend and the table behind it. */
export function figure(options: FigureOptions): Markup {
  const { id, title, description, sizes, draw, legend, data, cursor } = options;
  const drawings = sizes.map((size, i) => {
    const frame = cursor && frameAttribute(cursor.frame(size));
    return html`<svg class="${i === 0 ? 'wide' : 'narrow'}" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${title}. ${description}"${frame}>${draw(size)}</svg>`;
  });
  return html`<figure id="${id}"><figcaption>${title}</figcaption>${legend}<div class="plot"${cursor && html` data-cursor`}>${drawings}</div>
<p class="about">${description}</p>
<details><summary>Data: ${title}</summary>${htmlTable(data, cursor?.at)}</details></figure>
`;
}

function frameAttribute({ left, right, top, bottom }: Frame): Markup {
  return html` data-frame="${[left, right, top, bottom].map((pixel) => Math.round(pixel)).join(' ')}"`;
}

/** A colour patch with a name; with `series`, marks that carry it can be switched off. */
export type LegendEntry = readonly [mark: string, name: string, series?: string];

export function legendOf(entries: readonly LegendEntry[]): Markup {
  return html`<ul class="legend">${entries.map(([mark, name, series]) => html`<li${series && html` data-series="${series}"`}><i class="${mark}"></i>${name}</li>`)}</ul>`;
}
