/** What the test makes in its namespace. */
import type { Family } from '../../ip/index.ts';
import type { IpFamily, Pod, Service } from '../../kube/index.ts';
import { BY_PACKETS, CLIENT, FAR, type MarkerName, NEAR, type ServiceName } from './names.ts';

/** Backends listen here, which is not the port that clients of a Service call. */
export const BACKEND_PORT = 8080;
export const SERVICE_PORT = 80;

const PROTOCOLS = ['TCP', 'UDP'] as const;
/** Pods that are near or far from the client, by this label. */
const PLACE = 'churnlab.dev/place';
const NAME = 'churnlab.dev/name';
const BACKEND = 'churnlab.dev/backend';

/** The client and the near backends on the first node, the others on the second if there is one. */
export function podObjects(namespace: string, [first, second]: readonly string[]): Pod[] {
  const pods: readonly (readonly [name: string, node: string | undefined, place?: 'near' | 'far'])[] = [
    [CLIENT, first],
    [BY_PACKETS, first],
    ...NEAR.map((name) => [name, first, 'near'] as const),
    ...FAR.map((name) => [name, second, 'far'] as const),
  ];
  return pods.flatMap(([name, nodeName, place]): Pod[] =>
    nodeName === undefined
      ? []
      : [
          {
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: {
              namespace,
              name,
              labels: place === undefined ? {} : { [PLACE]: place, [NAME]: name, [BACKEND]: 'yes' },
            },
            spec: {
              nodeName,
              // Wherever pods can be, whatever the node is reserved for.
              tolerations: [{ operator: 'Exists' }],
              containers: [
                {
                  name: 'main',
                  image: 'none',
                  ports: PROTOCOLS.map((protocol) => ({ containerPort: BACKEND_PORT, protocol })),
                },
              ],
            },
          },
        ],
  );
}

type Shape = Partial<Service['spec']>;

const SHAPES: Readonly<Record<ServiceName | MarkerName, Shape>> = {
  near: { type: 'NodePort', selector: { [PLACE]: 'near' } },
  far: { type: 'NodePort', selector: { [PLACE]: 'far' } },
  both: { type: 'NodePort', selector: { [BACKEND]: 'yes' } },
  itself: { type: 'NodePort', selector: { [NAME]: NEAR[0] } },
  sticky: { type: 'NodePort', selector: { [BACKEND]: 'yes' }, sessionAffinity: 'ClientIP' },
  headless: { clusterIP: 'None', selector: { [BACKEND]: 'yes' } },
  empty: { type: 'NodePort', selector: { [BACKEND]: 'no' } },
  'internal-both': { selector: { [BACKEND]: 'yes' }, internalTrafficPolicy: 'Local' },
  'internal-far': { selector: { [PLACE]: 'far' }, internalTrafficPolicy: 'Local' },
  'external-both': {
    type: 'NodePort',
    selector: { [BACKEND]: 'yes' },
    externalTrafficPolicy: 'Local',
  },
  'external-far': { type: 'NodePort', selector: { [PLACE]: 'far' }, externalTrafficPolicy: 'Local' },
  marker: { selector: { [PLACE]: 'near' } },
  'second-marker': { selector: { [PLACE]: 'near' } },
};

const IP_FAMILY: Readonly<Record<Family, IpFamily>> = { ipv4: 'IPv4', ipv6: 'IPv6' };

/** A Service of these families, each with TCP and UDP. */
export function serviceObject(
  namespace: string,
  name: ServiceName | MarkerName,
  families: readonly Family[],
): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name },
    spec: {
      ...SHAPES[name],
      ipFamilies: families.map((family) => IP_FAMILY[family]),
      ipFamilyPolicy: families.length > 1 ? 'RequireDualStack' : 'SingleStack',
      ports: PROTOCOLS.map((protocol) => ({
        name: protocol.toLowerCase(),
        protocol,
        port: SERVICE_PORT,
        targetPort: BACKEND_PORT,
      })),
    },
  };
}
