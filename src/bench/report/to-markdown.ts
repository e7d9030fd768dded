import { markdownTable } from '../../report/index.ts';
import type { SuiteResult } from '../cni-suite.ts';
import { machineLines } from './machine.ts';
import { figuresTable, whatLimits } from './part.ts';
import { cniPart } from './sections.ts';

const INTRO = `# Performance
What a pod's network costs, measured by \`npm run bench -- cni --markdown docs/performance.md\`: this file is written by that
command and holds one run of it. Ratios travel to other machines, absolute times do not; run it on yours.

All comparators were measured in the same run, in blocks that alternate and mirror (ABC CBA), each network on a node of its
own lab. \`bridge\` and \`ptp\` are the reference plugins with host-local, executed by the same runtime in the same way. What is
clocked is the network's own plugin, from its exec to its answer parsed (\`cni.add\` and \`cni.del\` of [metrics.md](metrics.md)), in a
closed loop of one; the portmap plugin behind the reference plugins is left out. \`kernel\` is the floor: the bare netlink work for
a veth in place, with address, routes and both ends up, in a namespace that exists. Nothing here is asserted by a test.
`;

/** docs/performance.md: the figures with their targets, then each part with what limits it. */
export function toMarkdown(result: SuiteResult): string {
  const part = cniPart(result);
  const machine = machineLines(result).map(([name, value]) => `| ${name} | ${value} |`);
  const parts = part.sections.flatMap((section) => [
    `## ${section.title}`,
    ...section.tables.flatMap((table) => [
      ...(section.tables.length > 1 ? [`### ${table.title}`] : []),
      markdownTable(table).trim(),
      '',
    ]),
    ...whatLimits(section, part),
  ]);
  const text = [
    INTRO,
    '## Machine',
    '| | |',
    '|---|---|',
    ...machine,
    '',
    '## Figures and targets',
    markdownTable(figuresTable(part)).trim(),
    '',
    ...parts,
  ].join('\n');
  return `${text.trim()}\n`;
}
