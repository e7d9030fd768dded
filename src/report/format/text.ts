import pc from 'picocolors';
import { claimLines } from '../claim/claim-lines.ts';
import type { ReportModel } from '../model/report-model.ts';
import { toneOf } from '../verdict/outcome-tone.ts';
import { type Paint, textTable } from './text-table.ts';

/** The report for a terminal. Colour unless NO_COLOR is set or nobody looks; the words carry the meaning. */
export function toText(model: ReportModel, options: { readonly color?: boolean } = {}): string {
  const paint = painter(options.color ?? pc.isColorSupported);
  const { verdict } = model;
  return [
    `${paint(model.title, 'strong')}  ${paint(model.id, 'dim')}`,
    ...(model.headline === undefined ? [] : [paint(model.headline, 'strong')]),
    ...model.lead,
    ...model.tables.flatMap((table) => ['', textTable(table, paint)]),
    ...(model.warnings.length > 0
      ? ['', ...model.warnings.map((text) => paint(`warning: ${text}`, 'doubt'))]
      : []),
    '',
    paint(`${verdict.outcome} (exit ${verdict.exitCode})`, toneOf(verdict.outcome)),
    ...verdict.reasons.map((reason) => `  ${reason}`),
    ...(model.claim
      ? ['', ...claimLines(model.claim).map(({ text, tone }) => (tone ? paint(text, tone) : text))]
      : []),
    '',
  ].join('\n');
}

/** Colours by tone; none at all when `color` is false. */
export function painter(color: boolean): Paint {
  const c = pc.createColors(color);
  const paints = { good: c.green, bad: c.red, doubt: c.yellow, dim: c.dim, strong: c.bold, title: c.dim };
  return (text, tone) => paints[tone](text);
}
