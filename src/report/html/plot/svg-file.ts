import { html, Markup } from '../markup.ts';
import { browserFile } from '../shell.ts';
import type { FigureOptions } from './figure.ts';

const STYLE = `${browserFile('colours.css')}${browserFile('plot.css')}.page { fill: var(--page); }\n`;

/**
 * A drawing as a file of its own, small enough for a comment: colours follow the reader's, as they do in a page.
 * The page that shows it says in words what it shows.
 */
export function svgFile({ title, description, sizes, draw }: FigureOptions): string {
  const { width, height } = sizes[1];
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}. ${description}">
<style>${new Markup(STYLE)}</style>
<rect class="page" width="${width}" height="${height}"/>
${draw(sizes[1])}
</svg>
`.text;
}
