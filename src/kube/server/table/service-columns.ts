import type { Service } from '../../objects.ts';
import { AGE, type Columns, NAME } from './column.ts';

const spec = (o: unknown) => (o as Service).spec;

/** Columns of services (k8s.io/kubernetes: pkg/printers/internalversion: printService). */
export const SERVICE_COLUMNS: Columns = [
  NAME,
  { name: 'Type', type: 'string', cell: (o) => spec(o).type },
  {
    name: 'Cluster-IP',
    type: 'string',
    cell: (o) => spec(o).clusterIPs?.[0] ?? spec(o).clusterIP ?? '<none>',
  },
  { name: 'External-IP', type: 'string', cell: (o) => externalIps(o as unknown as Service) },
  { name: 'Port(s)', type: 'string', cell: (o) => ports(o as unknown as Service) },
  AGE,
  { name: 'Selector', type: 'string', priority: 1, cell: (o) => formatLabels(spec(o).selector) },
];

function externalIps({ spec, status }: Service): string {
  if (spec.type === 'ExternalName') return spec.externalName ?? '<none>';
  const ingress = (status?.loadBalancer as { ingress?: { ip?: string; hostname?: string }[] } | undefined)
    ?.ingress;
  const given = [
    ...(ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? ''),
    ...(spec.externalIPs ?? []),
  ];
  if (given.length > 0) return given.join(',');
  return spec.type === 'LoadBalancer' ? '<pending>' : '<none>';
}

function ports({ spec }: Service): string {
  const texts = (spec.ports ?? []).map(({ port, nodePort, protocol = 'TCP' }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return texts.length > 0 ? texts.join(',') : '<none>';
}

/** `a=b,c=d` in the order of the keys, as labels.FormatLabels has it. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length > 0 ? pairs.map(([key, value]) => `${key}=${value}`).join(',') : '<none>';
}
