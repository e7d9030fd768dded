import type { KubeEvent } from '../../objects.ts';
import { EVENTS } from '../../resources.ts';
import type { KubeObject, Resource } from '../../types.ts';
import { define } from '../registry/define.ts';
import type { ResourceSpec } from '../registry/resource-spec.ts';
import { builtinSchema } from '../schema/builtin.ts';
import { fieldReaders, readPath } from '../selector/field-selector.ts';
import { EVENT_COLUMNS } from '../table/event-columns.ts';

/** The field names of core/v1 and what events.k8s.io/v1 calls them; all others are the same in both. */
const RENAMED: readonly (readonly [core: string, events: string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

const GROUP = 'events.k8s.io';

const NEW_EVENTS: Resource = {
  group: GROUP,
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  namespaced: true,
};

function rename(object: KubeObject, apiVersion: string, from: 0 | 1): KubeObject {
  const result: Record<string, unknown> = { ...object, apiVersion };
  for (const pair of RENAMED) {
    const value = result[pair[from]];
    delete result[pair[from]];
    if (value !== undefined) result[pair[1 - from]!] = value;
  }
  return result as unknown as KubeObject;
}

const EVENT_SPEC = define<KubeEvent>(EVENTS, builtinSchema('Event'), {
  shortNames: ['ev'],
  createOnUpdate: true,
  fields: new Map([
    ...fieldReaders(
      'involvedObject.kind',
      'involvedObject.namespace',
      'involvedObject.name',
      'involvedObject.uid',
      'involvedObject.apiVersion',
      'involvedObject.resourceVersion',
      'involvedObject.fieldPath',
      'reason',
      'reportingComponent',
      'type',
    ),
    ['source', readPath('source.component')],
  ]),
  columns: EVENT_COLUMNS,
  hooks: {
    validate(event, errors) {
      const { namespace = '' } = event.involvedObject ?? {};
      const home = event.metadata.namespace;
      if (namespace !== home && !(namespace === '' && home === 'default')) {
        errors.invalid('involvedObject.namespace', namespace, 'does not match event.namespace');
      }
    },
  },
});

const NEW_EVENT_SPEC = define(NEW_EVENTS, builtinSchema('EventsEvent'), {
  shortNames: ['ev'],
  createOnUpdate: true,
  fields: fieldReaders(
    'reason',
    'regarding.kind',
    'regarding.namespace',
    'regarding.name',
    'regarding.uid',
    'regarding.apiVersion',
    'regarding.resourceVersion',
    'regarding.fieldPath',
    'reportingController',
    'type',
  ),
  columns: EVENT_COLUMNS.map((column) => ({
    ...column,
    cell: (o, now) => column.cell(o.apiVersion === 'v1' ? o : rename(o, 'v1', 1), now),
  })),
  view: {
    storage: EVENTS,
    read: (stored) => rename(stored, `${GROUP}/v1`, 0),
    write: (object) => rename(object, 'v1', 1),
  },
});

/** Both groups of events over one store. */
export const EVENT_SPECS: readonly ResourceSpec[] = [EVENT_SPEC, NEW_EVENT_SPEC];
