import colors from 'picocolors';
import { type Part, partJson, partMarkdown, partText, type Section } from '../../report/part.ts';
import type { IpamResult } from '../ipam-suite.ts';
import { ipamFigures } from './figures.ts';
import { IPAM_LIMITS, type IpamLimit } from './limits.ts';
import {
  crowdTable,
  durableTable,
  freedTable,
  hostLocalTable,
  levelTables,
  reuseTable,
  simTable,
} from './tables.ts';

const INTRO = `# Addresses
What it costs to hand out addresses and node CIDRs, measured by \`npm run bench -- ipam --markdown docs/performance.md\`: this
part is written by that command and holds one run of it.
`;

function sections(result: IpamResult): Section<IpamLimit>[] {
  return [
    {
      title: 'An address for a pod',
      tables: [...levelTables(result), durableTable(result), hostLocalTable(result)],
      limits: ['memory', 'durable'],
    },
    { title: 'A full node', tables: [reuseTable(result)], limits: ['reuse'] },
    {
      title: 'CIDRs for nodes',
      tables: [freedTable(result), crowdTable(result)],
      limits: ['freed', 'crowd'],
    },
    { title: 'The simulation', tables: [simTable(result)], limits: ['sim'] },
  ];
}

function part(result: IpamResult): Part<IpamLimit> {
  return {
    measured: result,
    sections: sections(result),
    figures: ipamFigures(result),
    limits: IPAM_LIMITS,
  };
}

/** The part of docs/performance.md about addresses. */
export function ipamMarkdown(result: IpamResult): string {
  return partMarkdown(INTRO, part(result));
}

/** The result for a terminal. */
export function ipamText(result: IpamResult, color = colors.isColorSupported): string {
  return partText(part(result), color);
}

/** The figures and all that they were made from, every sample included. */
export function ipamJson(result: IpamResult): string {
  return partJson(part(result));
}
