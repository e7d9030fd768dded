import { CONFIG_MAPS, configMap } from '../objects.ts';
import { type Body, type Case, del, get, post, put, watch } from '../step.ts';

const from = (path: string) =>
  `${path}${path.includes('?') ? '&' : '?'}resourceVersion={0.metadata.resourceVersion}`;
const metadataOnly = (events: Body[]) => events.map(({ type, object: { metadata } }) => ({ type, metadata }));
const labelled = (name: string, app: string, data = {}) => configMap(name, { data }, { labels: { app } });

export const watchCases: readonly Case[] = [
  {
    name: 'changes since a version',
    steps: [
      get(CONFIG_MAPS),
      post(CONFIG_MAPS, configMap('a')),
      put(`${CONFIG_MAPS}/a`, configMap('a', { data: { k: 'v' } })),
      watch(from(CONFIG_MAPS), 4, [post(CONFIG_MAPS, configMap('b')), del(`${CONFIG_MAPS}/a`)]),
    ],
  },
  {
    name: 'without a version the present comes first',
    steps: [post(CONFIG_MAPS, configMap('a')), watch(CONFIG_MAPS, 2, [post(CONFIG_MAPS, configMap('b'))])],
  },
  {
    name: 'version 0',
    steps: [
      post(CONFIG_MAPS, configMap('a')),
      get(CONFIG_MAPS, { pick: () => 'seen by the cache' }),
      watch(`${CONFIG_MAPS}?resourceVersion=0`, 2, [post(CONFIG_MAPS, configMap('b'))]),
    ],
  },
  {
    name: 'objects that begin and cease to match',
    steps: [
      get(CONFIG_MAPS),
      watch(from(`${CONFIG_MAPS}?labelSelector=app%3Dweb`), 4, [
        post(CONFIG_MAPS, labelled('a', 'web')),
        post(CONFIG_MAPS, labelled('b', 'db')),
        put(`${CONFIG_MAPS}/b`, labelled('b', 'web')),
        put(`${CONFIG_MAPS}/a`, labelled('a', 'db')),
        put(`${CONFIG_MAPS}/a`, labelled('a', 'db', { k: 'v' })),
        put(`${CONFIG_MAPS}/b`, labelled('b', 'web', { k: 'v' })),
      ]),
    ],
  },
  {
    name: 'one object by its name',
    steps: [
      get(CONFIG_MAPS),
      watch(from(`${CONFIG_MAPS}?fieldSelector=metadata.name%3Db`), 2, [
        post(CONFIG_MAPS, configMap('a')),
        post(CONFIG_MAPS, configMap('b')),
        del(`${CONFIG_MAPS}/b`),
      ]),
    ],
  },
  {
    name: 'a list as a watch',
    steps: [
      post(CONFIG_MAPS, configMap('a')),
      post(CONFIG_MAPS, configMap('b')),
      watch(
        `${CONFIG_MAPS}?sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan`,
        4,
        [post(CONFIG_MAPS, configMap('c'))],
        { pick: metadataOnly },
      ),
      watch(`${CONFIG_MAPS}?sendInitialEvents=true&allowWatchBookmarks=true`, 1),
      watch(`${CONFIG_MAPS}?resourceVersionMatch=NotOlderThan`, 1),
    ],
  },
  {
    name: 'versions that are refused',
    steps: [get(`${CONFIG_MAPS}?resourceVersion=999999999&timeoutSeconds=1`)],
  },
  {
    name: 'finalizers and deletion',
    steps: [
      get(CONFIG_MAPS),
      watch(from(CONFIG_MAPS), 3, [
        post(CONFIG_MAPS, configMap('a', {}, { finalizers: ['example.com/wait'] })),
        del(`${CONFIG_MAPS}/a`),
        put(`${CONFIG_MAPS}/a`, configMap('a')),
      ]),
    ],
  },
];
