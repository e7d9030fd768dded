import type { ConfigMap, Endpoints } from '../../objects.ts';
import type { KubeObject } from '../../types.ts';
import { AGE, type Columns, NAME } from './column.ts';

const count = (value: unknown): number => (value ? Object.keys(value).length : 0);

export const CONFIG_MAP_COLUMNS: Columns = [
  NAME,
  {
    name: 'Data',
    type: 'string',
    cell: (o) => count((o as ConfigMap).data) + count((o as ConfigMap).binaryData),
  },
  AGE,
];

export const SECRET_COLUMNS: Columns = [
  NAME,
  { name: 'Type', type: 'string', cell: (o: KubeObject) => o.type as string },
  { name: 'Data', type: 'string', cell: (o: KubeObject) => count(o.data) },
  AGE,
];

/** How many addresses are written out before "+ n more...". */
const SHOWN = 3;

export const ENDPOINTS_COLUMNS: Columns = [
  NAME,
  { name: 'Endpoints', type: 'string', cell: (o) => addresses(o as Endpoints) },
  AGE,
];

function addresses({ subsets = [] }: Endpoints): string {
  const all = subsets.flatMap(({ addresses: ready = [], ports = [] }) =>
    ports.length === 0
      ? ready.map(({ ip }) => ip)
      : ports.flatMap(({ port = 0 }) =>
          ready.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
        ),
  );
  return all.length === 0 ? '<none>' : shorten(all);
}

/** The first few of a list, and how many more there are. */
export function shorten(items: readonly string[]): string {
  const shown = items.slice(0, SHOWN).join(',');
  return items.length > SHOWN ? `${shown} + ${items.length - SHOWN} more...` : shown;
}
