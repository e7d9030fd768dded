import path from 'node:path';
import colors from 'picocolors';
import type { Substrate } from '../../scenario/index.ts';
import type { LabDirectory } from '../../substrate/index.ts';
import { defaultName } from '../lab-place.ts';

/** What to type when a lab is up. */
export function nextCommands(directory: LabDirectory, substrate: Substrate): string {
  const { name } = directory;
  const flag =
    name === defaultName('netns')
      ? ''
      : name === defaultName(substrate)
        ? ` -- --substrate ${substrate}`
        : ` -- --name ${name}`;
  const run = 'npm run scenario -- scenarios/pod-churn.yaml';
  const rows = [
    [`npm run lab:status${flag}`, 'nodes, CIDRs with fill, pods, processes'],
    [`kubectl --kubeconfig ${path.relative('', directory.kubeconfig)} get nodes,pods -A`, ''],
    substrate === 'kind'
      ? [`${run} --substrate kind`, 'short-lived pods on kubelet and containerd, in a lab of its own']
      : [run, 'thousands of short-lived pods, in a lab of its own'],
    ...(substrate === 'kind'
      ? []
      : [['npm run lab:up -- --substrate kind', 'the same on real Kubernetes'] as const]),
    [`npm run lab:down${flag}`, 'take it down'],
  ] as const;
  const width = Math.max(...rows.map(([command]) => command.length));
  const lines = rows.map(([command, why]) =>
    `  ${colors.cyan(command.padEnd(width))}  ${colors.dim(why)}`.trimEnd(),
  );
  return `Next:\n${lines.join('\n')}\n`;
}
