import type { FalseAlarms, SelfTest } from '../../compare/index.ts';
import { painter } from '../format/text.ts';
import { textTable } from '../format/text-table.ts';
import { type Cell, cell, left, right } from '../model/table.ts';

/** What a gate may get wrong: as often as its level says. */
const TOLERATED = 0.05;

/** Says how often runs of the same code were told apart. */
export function falseAlarmsText(
  name: string,
  result: FalseAlarms,
  options: { readonly color?: boolean } = {},
): string {
  const { runs, splits, metrics, any, passed } = result;
  const table = {
    title: 'A/A',
    columns: [left('gated metric'), right('false verdicts'), right('undecided')],
    rows: [
      ...metrics.map(({ subject, verdicts, undecided }) => [
        cell(subject, 'strong'),
        rate(verdicts, verdicts <= TOLERATED),
        cell(percent(undecided)),
      ]),
      [cell('any of them'), rate(any, any <= TOLERATED), cell('')],
    ],
    legend: 'Splits share their runs: the share scatters more than that of independent trials.',
  };
  return [
    `A/A of ${name}: ${splits} random splits into ${runs} + ${runs} runs of the same code`,
    textTable(table, painter(options.color ?? false)),
    passed
      ? `passed: false verdicts on at most ${percent(TOLERATED)} of splits`
      : `not passed: false verdicts on more than ${percent(TOLERATED)} of splits`,
    '',
  ].join('\n');
}

/** Says whether the gates find what they promise, and nothing where nothing is. */
export function selfTestText(
  name: string,
  result: SelfTest,
  options: { readonly color?: boolean } = {},
): string {
  const { runs, pairs, metrics, passed } = result;
  const table = {
    title: 'Self-test',
    columns: [left('gated metric'), right('put in'), right('red with it'), right('green without')],
    rows: metrics.map(({ subject, injected, red, falselyRed }) => [
      cell(subject, 'strong'),
      cell(injected === null ? 'finds nothing' : `+${percent(injected)}`),
      rate(red, red >= 1 - TOLERATED),
      rate(1 - falselyRed, falselyRed <= TOLERATED),
    ]),
    legend: 'Put in: what the gate must not miss; where so few runs cannot promise that, what they find.',
  };
  return [
    `self-test of ${name}: ${pairs} pairs of ${runs} + ${runs} runs drawn from it`,
    textTable(table, painter(options.color ?? false)),
    passed ? 'passed: each at least 95 %' : 'not passed: each has to be at least 95 %',
    '',
  ].join('\n');
}

function rate(share: number, isGood: boolean): Cell {
  return cell(percent(share), isGood ? 'good' : 'bad');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1).replace(/\.0$/, '')} %`;
}
