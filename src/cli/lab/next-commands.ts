import path from 'node:path';
import colors from 'picocolors';
import type { Substrate } from '../../scenario/index.ts';
import { LAB_LABEL, type LabDirectory } from '../../substrate/index.ts';
import { defaultName } from '../lab-place.ts';

const RUN = 'npm run scenario -- scenarios/pod-churn.yaml';

/** What to type when a lab is up. */
export function nextCommands(directory: LabDirectory, substrate: Substrate): string {
  const flag = flagOf(directory.name, substrate);
  const rows = [
    [`npm run lab:status${flag}`, 'nodes, CIDRs with fill, pods, processes'],
    ...(substrate === 'kubeconfig' ? inCluster(directory.name) : inOwnLab(directory, substrate)),
    [`npm run lab:down${flag}`, 'take it down'],
  ] as const;
  const width = Math.max(...rows.map(([command]) => command.length));
  const lines = rows.map(([command, why]) =>
    `  ${colors.cyan(command.padEnd(width))}  ${colors.dim(why)}`.trimEnd(),
  );
  return `Next:\n${lines.join('\n')}\n`;
}

function flagOf(name: string, substrate: Substrate): string {
  if (substrate === 'vm')
    return ` -- --substrate vm${name === defaultName('netns') ? '' : ` --name ${name}`}`;
  if (name === defaultName('netns')) return '';
  return name === defaultName(substrate) ? ` -- --substrate ${substrate}` : ` -- --name ${name}`;
}

type Row = readonly [command: string, why: string];

function inOwnLab(directory: LabDirectory, substrate: Substrate): readonly Row[] {
  const kubectl = `kubectl --kubeconfig ${path.relative('', directory.kubeconfig)} get nodes,pods -A`;
  if (substrate === 'kind') {
    return [
      [kubectl, ''],
      [`${RUN} --substrate kind`, 'short-lived pods on kubelet and containerd, in a lab of its own'],
    ];
  }
  if (substrate === 'vm') {
    return [
      ['npx churnlab exec --substrate vm n1 -- uname -r', 'a command on a node'],
      [`${RUN.replace('pod-churn', 'smoke')} --substrate vm`, 'short-lived pods, in a lab of its own'],
    ];
  }
  return [
    [kubectl, ''],
    [RUN, 'thousands of short-lived pods, in a lab of its own'],
    ['npm run lab:up -- --substrate kind', 'the same on real Kubernetes'],
  ];
}

function inCluster(name: string): readonly Row[] {
  return [
    [`${RUN} --lab ${name}`, 'short-lived pods on this cluster'],
    [`kubectl get namespaces -l ${LAB_LABEL}`, 'all that is ours there: deleting these deletes it'],
  ];
}
