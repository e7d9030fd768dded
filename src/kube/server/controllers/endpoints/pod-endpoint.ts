import {
  type EndpointPort,
  type IpFamily,
  isReady,
  type Pod,
  type Service,
  type ServicePort,
} from '../../../index.ts';

/** Annotation of endpoints: when the change that they follow happened. */
export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';
/** Label of the endpoints of a headless service. */
export const HEADLESS = 'service.kubernetes.io/headless';

/** The rules by which a pod is an endpoint of a service (k8s.io/endpointslice/util/controller_utils.go). */

/** Pods that have ended, and pods without an address, are no endpoints; terminating ones are if asked for. */
export function isEndpoint(pod: Pod, includeTerminating: boolean): boolean {
  const { phase, podIP } = pod.status ?? {};
  return Boolean(
    phase !== 'Succeeded' &&
      phase !== 'Failed' &&
      podIP &&
      (includeTerminating || !pod.metadata.deletionTimestamp),
  );
}

/** True when a change of a pod can change the endpoints of a service that selects it. */
export function endpointChanged(pod: Pod, old: Pod): boolean {
  return (
    pod.metadata.deletionTimestamp !== old.metadata.deletionTimestamp ||
    pod.status?.phase !== old.status?.phase ||
    isReady(pod) !== isReady(old) ||
    addressList(pod) !== addressList(old)
  );
}

function addressList(pod: Pod): string {
  return pod.status?.podIPs?.map(({ ip }) => ip).join() ?? pod.status?.podIP ?? '';
}

export function addressOf(pod: Pod, family: IpFamily): string | undefined {
  const addresses = pod.status?.podIPs ?? (pod.status?.podIP ? [{ ip: pod.status.podIP }] : []);
  return addresses.find(({ ip }) => ip.includes(':') === (family === 'IPv6'))?.ip;
}

/** Families of a service's endpoints; of a headless one without families, both. */
export function familiesOf({ spec }: Service): readonly IpFamily[] {
  if (spec.ipFamilies?.length) return spec.ipFamilies;
  if (!spec.clusterIP || spec.clusterIP === 'None') return ['IPv4', 'IPv6'];
  return [spec.clusterIP.includes(':') ? 'IPv6' : 'IPv4'];
}

/** A service's ports as a pod serves them: a named target port is the pod's own; one it does not name is left out. */
export function portsFor(pod: Pod, service: Service): EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((port) => {
    const number = targetPort(pod, port);
    if (number === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = port;
    return [{ name, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

function targetPort(pod: Pod, { targetPort, port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (typeof targetPort !== 'string') return targetPort || port;
  for (const container of pod.spec.containers) {
    const found = container.ports?.find(
      (own) => own.name === targetPort && (own.protocol ?? 'TCP') === protocol,
    );
    if (found) return found.containerPort;
  }
  return undefined;
}

/** Only a headless service's own subdomain gives its pods a name. */
export function hostnameFor(pod: Pod, service: Service): { hostname?: string } {
  const { hostname, subdomain } = pod.spec;
  return hostname && subdomain === service.metadata.name ? { hostname } : {};
}

export function targetRefOf({ metadata: { namespace = '', name = '', uid = '' } }: Pod) {
  return { kind: 'Pod', namespace, name, uid };
}

/** True when the service has a selector, and so endpoints that these controllers keep. */
export function hasEndpoints({ spec }: Service): boolean {
  return spec.type !== 'ExternalName' && Object.keys(spec.selector ?? {}).length > 0;
}

export function isHeadless({ spec }: Service): boolean {
  return !spec.clusterIP || spec.clusterIP === 'None';
}
