import { CONFIG_MAPS, configMap, PODS, pod } from '../objects.ts';
import { type Body, type Case, get, post } from '../step.ts';

const names = ({ items, ...rest }: Body) => ({
  ...rest,
  items: items?.map((item: Body) => item.metadata.name),
});

const three = [
  post(CONFIG_MAPS, configMap('a', {}, { labels: { app: 'web', tier: 'front' } })),
  post(CONFIG_MAPS, configMap('b', {}, { labels: { app: 'web' } })),
  post(CONFIG_MAPS, configMap('c', {}, { labels: { app: 'db' } })),
];

const selectors = [
  'app=web',
  'app==web,tier',
  'app!=web',
  'app in (web,db)',
  'app notin (db)',
  '!tier',
  'tier notin (front),app',
  'app in (',
  'app=b@d',
];

export const listCases: readonly Case[] = [
  { name: 'list', steps: [...three, get(CONFIG_MAPS)] },
  {
    name: 'label selectors',
    steps: [
      ...three,
      ...selectors.map((selector) =>
        get(`${CONFIG_MAPS}?labelSelector=${encodeURIComponent(selector)}`, { pick: names }),
      ),
    ],
  },
  {
    name: 'field selectors',
    steps: [
      ...three,
      get(`${CONFIG_MAPS}?fieldSelector=metadata.name%3Da`, { pick: names }),
      get(`${CONFIG_MAPS}?fieldSelector=metadata.name!%3Da`, { pick: names }),
      get(`${CONFIG_MAPS}?fieldSelector=data.k%3Da`),
      post(PODS, pod('p')),
      get(`${PODS}?fieldSelector=spec.nodeName%3D,status.phase%3DPending`, { pick: names }),
      get(`${PODS}?fieldSelector=spec.nodeName!%3D`, { pick: names }),
      get(`${PODS}?fieldSelector=spec.restartPolicy%3DAlways,spec.schedulerName%3Ddefault-scheduler`, {
        pick: names,
      }),
      get(`${PODS}?fieldSelector=spec.nothing%3Da`),
      get(`${PODS}?fieldSelector=a`),
    ],
  },
  {
    name: 'pages',
    steps: [
      ...three,
      get(`${CONFIG_MAPS}?limit=2`, { pick: names }),
      get(`${CONFIG_MAPS}?limit=2&continue={3.metadata.continue}`, { pick: names }),
      get(`${CONFIG_MAPS}?limit=2&labelSelector=app`, { pick: names }),
      get(`${CONFIG_MAPS}?limit=2&continue={3.metadata.continue}&resourceVersion=1`),
      get(`${CONFIG_MAPS}?limit=x`),
    ],
  },
  {
    name: 'versions of a list',
    steps: [
      ...three,
      get(`${CONFIG_MAPS}?resourceVersion=0`, { pick: ({ kind }) => kind }),
      get(`${CONFIG_MAPS}?resourceVersion={2.metadata.resourceVersion}`, { pick: names }),
      get(`${CONFIG_MAPS}?resourceVersion={0.metadata.resourceVersion}&resourceVersionMatch=Exact`, {
        pick: names,
      }),
      get(`${CONFIG_MAPS}?resourceVersion={2.metadata.resourceVersion}&resourceVersionMatch=NotOlderThan`, {
        pick: names,
      }),
      get(`${CONFIG_MAPS}?resourceVersion=0&resourceVersionMatch=Exact`),
      get(`${CONFIG_MAPS}?resourceVersionMatch=Exact`),
      get(`${CONFIG_MAPS}?resourceVersion=abc`),
      get(`${CONFIG_MAPS}/a?resourceVersion=0`, { pick: ({ metadata }) => metadata.name }),
    ],
  },
];
