import type { Node } from '../../objects.ts';
import { AGE, type Columns, NAME } from './column.ts';

const ROLE = 'node-role.kubernetes.io/';

interface NodeInfo {
  readonly kubeletVersion?: string;
  readonly osImage?: string;
  readonly kernelVersion?: string;
  readonly containerRuntimeVersion?: string;
}

const info = (o: unknown): NodeInfo => ((o as Node).status?.nodeInfo ?? {}) as NodeInfo;
const address = (o: unknown, type: string): string =>
  (o as Node).status?.addresses?.find((entry) => entry.type === type)?.address ?? '<none>';

/** Columns of nodes (k8s.io/kubernetes: pkg/printers/internalversion: printNode). */
export const NODE_COLUMNS: Columns = [
  NAME,
  { name: 'Status', type: 'string', cell: (o) => status(o as unknown as Node) },
  { name: 'Roles', type: 'string', cell: (o) => roles(o as unknown as Node) },
  AGE,
  { name: 'Version', type: 'string', cell: (o) => info(o).kubeletVersion ?? '' },
  { name: 'Internal-IP', type: 'string', priority: 1, cell: (o) => address(o, 'InternalIP') },
  { name: 'External-IP', type: 'string', priority: 1, cell: (o) => address(o, 'ExternalIP') },
  { name: 'OS-Image', type: 'string', priority: 1, cell: (o) => info(o).osImage || '<unknown>' },
  { name: 'Kernel-Version', type: 'string', priority: 1, cell: (o) => info(o).kernelVersion || '<unknown>' },
  {
    name: 'Container-Runtime',
    type: 'string',
    priority: 1,
    cell: (o) => info(o).containerRuntimeVersion || '<unknown>',
  },
];

function status({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const word = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return spec?.unschedulable ? `${word},SchedulingDisabled` : word;
}

function roles({ metadata }: Node): string {
  const names = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) =>
    key.startsWith(ROLE) ? [key.slice(ROLE.length)] : key === 'kubernetes.io/role' ? [value] : [],
  );
  return names.length > 0 ? names.sort().join(',') : '<none>';
}
