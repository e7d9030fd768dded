import colors from 'picocolors';
import { type Paint, textTable } from '../../report/index.ts';
import type { SuiteResult } from '../cni-suite.ts';
import { figures } from './figures.ts';
import { figuresTable } from './figures-table.ts';
import { machineLines } from './machine.ts';
import { sections } from './sections.ts';

/** The result for a terminal. */
export function toText(result: SuiteResult, color = colors.isColorSupported): string {
  const c = colors.createColors(color);
  const paints = { good: c.green, bad: c.red, doubt: c.yellow, dim: c.dim, strong: c.bold, title: c.dim };
  const paint: Paint = (text, tone) => paints[tone](text);
  const tables = [...sections(result).flatMap(({ tables }) => tables), figuresTable(figures(result))];
  return [
    ...machineLines(result).map(([name, value]) => `${name}: ${value}`),
    ...tables.flatMap((table) => ['', c.bold(table.title), textTable(table, paint)]),
    '',
  ].join('\n');
}
