import { binding, CONFIG_MAPS, configMap, NODES, node, PODS, pod, SERVICES, service } from '../objects.ts';
import { type Body, type Case, get, post, watch } from '../step.ts';

const TABLE =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

/** Kinds whose discovery is promised. */
const PROMISED = new Set([
  ...[
    'pods',
    'pods/status',
    'pods/binding',
    'pods/eviction',
    'services',
    'services/status',
    'nodes',
    'nodes/status',
  ],
  ...['configmaps', 'events', 'namespaces', 'namespaces/status', 'namespaces/finalize', 'endpoints'],
  ...[
    'endpointslices',
    'leases',
    'ipaddresses',
    'customresourcedefinitions',
    'customresourcedefinitions/status',
  ],
]);
// Without deletecollection: here namespaces have that verb, too.
const promised = ({ kind, groupVersion, resources }: Body) => ({
  kind,
  groupVersion,
  resources: resources
    ?.filter(({ name }: Body) => PROMISED.has(name))
    .map((one: Body) => ({
      ...one,
      verbs: one.verbs.filter((verb: string) => verb !== 'deletecollection').toSorted(),
    }))
    .toSorted((a: Body, b: Body) => (a.name < b.name ? -1 : 1)),
});
/** Of aggregated discovery what kubectl reads. */
const aggregated = ({
  resource,
  scope,
  responseKind,
  shortNames,
  categories,
  singularResource,
  verbs,
  subresources,
}: Body) => ({
  ...{ resource, scope, shortNames, categories, singularResource },
  kind: responseKind.kind,
  verbs: verbs.toSorted(),
  subresources: subresources
    ?.map(({ subresource }: Body) => subresource)
    .filter((name: string) => PROMISED.has(`${resource}/${name}`))
    .toSorted(),
});
const GROUPS = new Set([
  'discovery.k8s.io',
  'coordination.k8s.io',
  'networking.k8s.io',
  'events.k8s.io',
  'apiextensions.k8s.io',
]);

const isDiscovery = ({ metadata }: Body) => metadata.name === 'discovery.k8s.io';

export const representationCases: readonly Case[] = [
  {
    name: 'tables for kubectl get',
    steps: [
      post(PODS, pod('p', {}, { labels: { app: 'x' } })),
      post(NODES, node('{ns}-n1')),
      post(SERVICES, service('s', { type: 'NodePort' })),
      post(SERVICES, service('t', { clusterIP: 'None' })),
      post(CONFIG_MAPS, configMap('c', { data: { a: '1', b: '2' } })),
      get(PODS, { accept: TABLE }),
      get(`${PODS}/p`, { accept: TABLE }),
      get(`${PODS}?includeObject=None`, { accept: TABLE }),
      get(`${NODES}?fieldSelector=metadata.name%3D{ns}-n1`, { accept: TABLE }),
      get(SERVICES, { accept: TABLE }),
      get(CONFIG_MAPS, { accept: TABLE }),
      get('/api/v1/namespaces?fieldSelector=metadata.name%3D{ns}', { accept: TABLE }),
    ],
  },
  {
    name: 'kubectl get -w',
    steps: [
      post(NODES, node('{ns}-n1')),
      watch(
        `${PODS}?resourceVersion={0.metadata.resourceVersion}`,
        2,
        [post(PODS, pod('p')), post(`${PODS}/p/binding`, binding('p', '{ns}-n1'))],
        { accept: TABLE },
      ),
    ],
  },
  {
    name: 'metadata only',
    steps: [
      post(CONFIG_MAPS, configMap('c', { data: { a: '1' } })),
      get(CONFIG_MAPS, { accept: METADATA }),
      get(`${CONFIG_MAPS}/c`, { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' }),
      watch(CONFIG_MAPS, 1, [], { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' }),
    ],
  },
  {
    name: 'discovery',
    steps: [
      get('/api', { pick: ({ kind, versions }) => [kind, versions] }),
      get('/api/v1', { pick: promised }),
      get('/apis', {
        pick: ({ kind, groups }) => [kind, groups.filter(({ name }: Body) => GROUPS.has(name)).length],
      }),
      get('/apis/discovery.k8s.io/v1', { pick: promised }),
      get('/apis/coordination.k8s.io/v1', { pick: promised }),
      get('/apis/networking.k8s.io/v1', { pick: promised }),
      get('/apis/apiextensions.k8s.io/v1', { pick: promised }),
      get('/apis/discovery.k8s.io'),
    ],
  },
  {
    name: 'aggregated discovery',
    steps: [
      get('/api', {
        accept: AGGREGATED,
        pick: ({ kind, apiVersion, items }) => ({
          kind,
          apiVersion,
          pods: aggregated(items[0].versions[0].resources.find(({ resource }: Body) => resource === 'pods')),
        }),
      }),
      get('/apis', {
        accept: AGGREGATED,
        until: ({ items }) => items.some(isDiscovery),
        pick: ({ kind, items }) => [kind, items.find(isDiscovery).versions[0].resources.map(aggregated)],
      }),
    ],
  },
  {
    name: 'health and version',
    steps: [
      get('/healthz', { accept: '*/*' }),
      get('/livez', { accept: '*/*' }),
      get('/readyz', { accept: '*/*' }),
      get('/version', { pick: ({ major, minor }) => [major, minor] }),
      get('/openapi/v3', {
        pick: ({ paths }) => ['api/v1', 'apis/discovery.k8s.io/v1'].map((path) => path in paths),
      }),
    ],
  },
];
