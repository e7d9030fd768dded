import colors from 'picocolors';
import { type Part, partJson, partMarkdown, partText, type Section } from '../../report/part.ts';
import type { ServicesResult } from '../services-suite.ts';
import { servicesFigures } from './figures.ts';
import { SERVICES_LIMITS, type ServicesLimit } from './limits.ts';
import { changesTable, curveTable, generatorTable, rateTable } from './tables.ts';

const INTRO = `# Services
What a Service costs, measured by \`npm run bench -- services --markdown docs/performance.md\`: this part is written by that
command and holds one run of it.
`;

function sections(result: ServicesResult): Section<ServicesLimit>[] {
  return [
    {
      title: 'Connections',
      tables: [generatorTable(result), rateTable(result), curveTable(result)],
      limits: ['connect', 'lookup', 'iptables'],
    },
    { title: 'Changes of Services', tables: [changesTable(result)], limits: ['change', 'load'] },
  ];
}

function part(result: ServicesResult): Part<ServicesLimit> {
  return {
    measured: result,
    sections: sections(result),
    figures: servicesFigures(result),
    limits: SERVICES_LIMITS,
  };
}

/** The part of docs/performance.md about Services. */
export function servicesMarkdown(result: ServicesResult): string {
  return partMarkdown(INTRO, part(result));
}

/** The result for a terminal. */
export function servicesText(result: ServicesResult, color = colors.isColorSupported): string {
  return partText(part(result), color);
}

/** The figures and all that they were made from, every sample included. */
export function servicesJson(result: ServicesResult): string {
  return partJson(part(result));
}
