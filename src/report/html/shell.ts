import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { html, Markup } from './markup.ts';

/** A part of the page: where its heading is found, and what the bar at the top calls it. */
export interface Chapter {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

const STYLE = ['colours.css', 'report.css', 'figure.css', 'plot.css'].map(browserFile).join('');
const SCRIPT = browserFile('report.js');

/** Nothing from anywhere, and no script but the one of the page: the browser enforces it. */
const POLICY = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}`;

/** A page as one file: style and script are in it, font, picture and request it has none. */
export function page(title: string, body: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${body}
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.text;
}

/** Undefined when there is nothing in it. */
export function chapter(
  id: string,
  title: string,
  parts: readonly (Markup | undefined)[],
): Chapter | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : { id, title, body: html`${known}` };
}

/** Chapters with the bar that leads to them. */
export function chapters(all: readonly Chapter[]): Markup {
  return html`<nav aria-label="Chapters"><ul>${all.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
${all.map(
  ({ id, title, body }) => html`<section id="${id}"><h2>${title}</h2>${body}</section>
`,
)}</main>`;
}

/** A file that a browser gets as it is: style sheets and scripts are written as such, not as strings. */
export function browserFile(name: string): string {
  return readFileSync(path.join(import.meta.dirname, '../browser', name), 'utf8');
}

/** @see https://www.w3.org/TR/CSP3/#grammardef-hash-source */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
