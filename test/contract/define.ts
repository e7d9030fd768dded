import { type Body, get, post, type Step } from './step.ts';

export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
/** A group of the case's own: definitions have no namespace. */
export const GROUP = '{ns}.example.com';
export const THINGS = `/apis/${GROUP}/v1/things`;

/** Three steps that define `things` and wait until they are served. */
export const define = (definition: object): readonly Step[] => [
  post(CRDS, definition, {
    pick: ({ spec, metadata: { name, generation } }) => ({ name, generation, spec }),
  }),
  get(`${CRDS}/things.${GROUP}`, { until: established, pick: ({ status }) => status.acceptedNames }),
  // Established comes a moment before the first request is served.
  get(THINGS, { until: ({ kind }) => kind === 'ThingList' }),
];

export const thing = (name: string, spec: object, more: object = {}) => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Thing',
  metadata: { name },
  spec,
  ...more,
});

const established = ({ status }: Body) =>
  Boolean(status?.conditions?.some((c: Body) => c.type === 'Established' && c.status === 'True'));
