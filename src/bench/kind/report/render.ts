import colors from 'picocolors';
import { type Part, partJson, partMarkdown, partText, type Section } from '../../report/part.ts';
import type { KindResult } from '../kind-suite.ts';
import { kindFigures } from './figures.ts';
import { KIND_LIMITS, type KindLimit } from './limits.ts';
import { burstTable, restartTable, upTable, wavesTable, weightTable } from './tables.ts';

function sections(result: KindResult): Section<KindLimit>[] {
  const restart = restartTable(result);
  return [
    { title: 'To a lab', tables: [upTable(result)], limits: ['up'] },
    {
      title: 'Pods at once',
      tables: [burstTable(result), weightTable(result)],
      limits: result.restart ? ['burst', 'memory'] : ['burst'],
    },
    { title: 'Waves of pods', tables: [wavesTable(result)], limits: ['waves'] },
    ...(restart.length > 0
      ? [{ title: 'Agents that restart', tables: restart, limits: ['restart'] } as const]
      : []),
  ];
}

function part(result: KindResult): Part<KindLimit> {
  return {
    measured: result,
    sections: sections(result),
    figures: kindFigures(result),
    limits: KIND_LIMITS,
    legend: 'In brackets: 95 % intervals. The targets are those of network churnlab.',
  };
}

/** The part of docs/performance.md about a kind lab with this network. */
export function kindMarkdown(result: KindResult): string {
  const { network } = result;
  const command = `npm run bench -- kind${network === 'churnlab' ? '' : ` --network ${network}`}`;
  const intro = `# A kind lab with network ${network}
Kubernetes as it is, in containers of this machine, measured by \`${command} --markdown docs/performance.md\`: this part is
written by that command and holds one run of it. The kubelet and containerd take most of the time; what the network adds is shown against
the same pods without one.
`;
  return partMarkdown(intro, part(result));
}

/** The result for a terminal. */
export function kindText(result: KindResult, color = colors.isColorSupported): string {
  return partText(part(result), color);
}

/** The figures and all that they were made from, every sample included. */
export function kindJson(result: KindResult): string {
  return partJson(part(result));
}
