import type { KubeObject } from '../../types.ts';
import { AGE, type Column, type Columns, NAME } from './column.ts';
import { formatLabels } from './service-columns.ts';

interface Numbers {
  readonly [field: string]: number | undefined;
}

interface Template {
  readonly spec?: {
    readonly containers?: readonly { readonly name: string; readonly image?: string }[];
    readonly nodeSelector?: Record<string, string>;
  };
}

const spec = (o: KubeObject) =>
  (o.spec ?? {}) as {
    replicas?: number;
    selector?: { matchLabels?: Record<string, string> };
    template?: Template;
  };
const status = (o: KubeObject) => (o.status ?? {}) as Numbers;
const number = (name: string, field: string): Column => ({
  name,
  type: 'integer',
  cell: (o) => status(o)[field] ?? 0,
});
const containers = (o: KubeObject) => spec(o).template?.spec?.containers ?? [];

const WIDE: Columns = [
  {
    name: 'Containers',
    type: 'string',
    priority: 1,
    cell: (o) =>
      containers(o)
        .map(({ name }) => name)
        .join(','),
  },
  {
    name: 'Images',
    type: 'string',
    priority: 1,
    cell: (o) =>
      containers(o)
        .map(({ image }) => image ?? '')
        .join(','),
  },
];
const SELECTOR: Column = {
  name: 'Selector',
  type: 'string',
  priority: 1,
  cell: (o) => formatLabels(spec(o).selector?.matchLabels),
};
const READY: Column = {
  name: 'Ready',
  type: 'string',
  cell: (o) => `${status(o).readyReplicas ?? 0}/${spec(o).replicas ?? 0}`,
};

export const DEPLOYMENT_COLUMNS: Columns = [
  NAME,
  READY,
  number('Up-to-date', 'updatedReplicas'),
  number('Available', 'availableReplicas'),
  AGE,
  ...WIDE,
  SELECTOR,
];

export const REPLICA_SET_COLUMNS: Columns = [
  NAME,
  { name: 'Desired', type: 'integer', cell: (o) => spec(o).replicas ?? 0 },
  number('Current', 'replicas'),
  number('Ready', 'readyReplicas'),
  AGE,
  ...WIDE,
  SELECTOR,
];

export const DAEMON_SET_COLUMNS: Columns = [
  NAME,
  number('Desired', 'desiredNumberScheduled'),
  number('Current', 'currentNumberScheduled'),
  number('Ready', 'numberReady'),
  number('Up-to-date', 'updatedNumberScheduled'),
  number('Available', 'numberAvailable'),
  { name: 'Node Selector', type: 'string', cell: (o) => formatLabels(spec(o).template?.spec?.nodeSelector) },
  AGE,
  ...WIDE,
  SELECTOR,
];

export const STATEFUL_SET_COLUMNS: Columns = [NAME, READY, AGE, ...WIDE];
