import type { KubeEvent } from '../../objects.ts';
import { age, type Columns, NAME } from './column.ts';

interface Series {
  readonly count?: number;
  readonly lastObservedTime?: string;
}

const event = (o: unknown) => o as KubeEvent & { readonly eventTime?: string; readonly series?: Series };

/** Columns of events (k8s.io/kubernetes: pkg/printers/internalversion: printEvent). */
export const EVENT_COLUMNS: Columns = [
  { name: 'Last Seen', type: 'string', cell: (o, now) => age(lastSeen(o), now) },
  { name: 'Type', type: 'string', cell: (o) => event(o).type },
  { name: 'Reason', type: 'string', cell: (o) => event(o).reason },
  { name: 'Object', type: 'string', cell: (o) => object(o) },
  {
    name: 'Subobject',
    type: 'string',
    priority: 1,
    cell: (o) => (o as never as { involvedObject: { fieldPath?: string } }).involvedObject.fieldPath,
  },
  { name: 'Source', type: 'string', priority: 1, cell: (o) => source(o) },
  { name: 'Message', type: 'string', cell: (o) => event(o).message?.trim() },
  { name: 'First Seen', type: 'string', priority: 1, cell: (o, now) => age(firstSeen(o), now) },
  { name: 'Count', type: 'string', priority: 1, cell: (o) => event(o).series?.count ?? event(o).count ?? 1 },
  { ...NAME, priority: 1 },
];

const firstSeen = (o: unknown) => event(o).firstTimestamp ?? event(o).eventTime;
const lastSeen = (o: unknown) => event(o).series?.lastObservedTime ?? event(o).lastTimestamp ?? firstSeen(o);

function object(o: unknown): string {
  const { kind = '', name = '' } = event(o).involvedObject;
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

function source(o: unknown): string {
  const { component, host } = event(o).source ?? {};
  const who = component || event(o).reportingComponent || '';
  const where = host || event(o).reportingInstance || '';
  return where === '' ? who : `${who}, ${where}`;
}
