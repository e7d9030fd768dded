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

export interface PageOptions {
  /** Style sheets besides that of every page. */
  readonly styles?: readonly string[];
  /** Instead of the script that reports have. */
  readonly scripts?: readonly string[];
  /** True for a page that asks the server it came from for more. */
  readonly connects?: boolean;
}

/** A page as one file: style and script are in it, font and picture it has none, and it asks for nothing. */
export function page(title: string, body: Markup, options: PageOptions = {}): string {
  const { styles = [], scripts = [SCRIPT], connects = false } = options;
  const style = [STYLE, ...styles].join('');
  // No style and no script but those of the page: the browser enforces it.
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${scripts.map(hashOf).join(' ')}`,
    ...(connects ? ["connect-src 'self'"] : []),
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
${body}
${scripts.map((script) => html`<script>${new Markup(script)}</script>`)}
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
