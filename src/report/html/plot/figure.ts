import type { Table } from '../../model/table.ts';
import { type Fragment, html, type Markup } from '../markup.ts';
import { htmlTable } from '../table.ts';

/** Size of a drawing in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** For wide and for narrow screens: text keeps its size, so a drawing cannot simply be scaled. */
export const HALF: readonly [Size, Size] = [
  { width: 540, height: 280 },
  { width: 356, height: 250 },
];
export const FULL: readonly [Size, Size] = [
  { width: 1100, height: 460 },
  { width: 356, height: 460 },
];

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
}

/** A drawing with title, legend and the table behind it. */
export function figure({ id, title, description, sizes, draw, legend, data }: FigureOptions): Markup {
  const drawings = sizes.map(
    (size, i) =>
      html`<svg class="${i === 0 ? 'wide' : 'narrow'}" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${title}. ${description}">${draw(size)}</svg>`,
  );
  return html`<figure id="${id}"><figcaption>${title}</figcaption>${legend}${drawings}
<p class="about">${description}</p>
<details><summary>Data: ${title}</summary>${htmlTable(data)}</details></figure>
`;
}

/** Colour patches with names: `[class of the mark, name]`. */
export function legendOf(entries: readonly (readonly [mark: string, name: string])[]): Markup {
  return html`<ul class="legend">${entries.map(([mark, name]) => html`<li><i class="${mark}"></i>${name}</li>`)}</ul>`;
}
