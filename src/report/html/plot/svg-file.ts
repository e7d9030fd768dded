import { html, Markup } from '../markup.ts';
import { browserFile } from '../shell.ts';
import type { FigureOptions } from './figure.ts';

const STYLE = `${browserFile('colours.css')}${browserFile('plot.css')}.page { fill: var(--page); }\n`;

/** Height of the title. */
const HEAD = 24;

/**
 * A drawing as a file of its own, small enough for a comment: colours follow the reader's, as they do in a page.
 * The page that shows it says in words what it shows.
 */
export function svgFile({ title, description, sizes, draw }: FigureOptions): string {
  const { width, height: inner } = sizes[1];
  const height = inner + HEAD;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}. ${description}">
<style>${new Markup(STYLE)}</style>
<rect class="page" width="${width}" height="${height}"/>
<text class="label title" x="8" y="16">${title}</text>
<g transform="translate(0 ${HEAD})">${draw(sizes[1])}</g>
</svg>
`.text;
}
