import { isDeepStrictEqual } from 'node:util';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../../index.ts';

/** Endpoints in a slice at most (kube-controller-manager --max-endpoints-per-slice). */
export const MAX_ENDPOINTS = 100;

/** Endpoints that are served on the same ports, by address. */
export interface Group {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Map<string, Endpoint>;
}

/** What to do to the slices of one service and address family. Without a name: to be created. */
export interface SlicePlan {
  readonly create: { ports: readonly EndpointPort[]; endpoints: readonly Endpoint[] }[];
  readonly update: { slice: EndpointSlice; endpoints: readonly Endpoint[] }[];
  readonly delete: EndpointSlice[];
}

/** The same ports in the same order, whatever else the objects hold. */
export function portsKey(ports: readonly EndpointPort[] | null | undefined): string {
  return (ports ?? [])
    .map((p) => [p.name ?? '', p.protocol ?? '', p.port ?? '', p.appProtocol ?? ''].join('/'))
    .join();
}

/**
 * Writes as few slices as it can, as the reconciler of k8s.io/endpointslice does: endpoints stay where they are;
 * new ones fill slices that are written anyway, then one slice that has room for all the rest, then new slices. An
 * empty slice stands for a service without endpoints.
 */
export function planSlices(
  groups: ReadonlyMap<string, Group>,
  existing: readonly EndpointSlice[],
): SlicePlan {
  const plan: SlicePlan = { create: [], update: [], delete: [] };
  for (const [key, group] of groups) {
    planGroup(
      group,
      existing.filter((slice) => portsKey(slice.ports) === key),
      plan,
    );
  }
  const stale = existing.filter((slice) => !groups.has(portsKey(slice.ports)));
  plan.delete.push(...stale);
  if (plan.create.length > 0 || existing.length > plan.delete.length) return plan;
  const placeholder = plan.delete.find((slice) => !slice.ports?.length && !slice.endpoints?.length);
  if (placeholder) plan.delete.splice(plan.delete.indexOf(placeholder), 1);
  else plan.create.push({ ports: [], endpoints: [] });
  return plan;
}

function planGroup({ ports, endpoints }: Group, existing: readonly EndpointSlice[], plan: SlicePlan): void {
  const left = new Map(endpoints);
  const changed: { slice: EndpointSlice; endpoints: Endpoint[] }[] = [];
  const unchanged: EndpointSlice[] = [];
  for (const slice of existing) {
    const kept: Endpoint[] = [];
    let same = true;
    // A slice without endpoints may say so with null.
    for (const endpoint of slice.endpoints ?? []) {
      const wanted = left.get(endpoint.addresses[0] ?? '');
      left.delete(endpoint.addresses[0] ?? '');
      if (wanted) kept.push(wanted);
      if (!wanted || !isDeepStrictEqual(wanted, endpoint)) same = false;
    }
    if (same && kept.length > 0) unchanged.push(slice);
    else if (same || kept.length > 0) changed.push({ slice, endpoints: kept });
    else changed.push({ slice, endpoints: [] });
  }
  const queue = Array.from(left.values());
  for (const { endpoints } of changed.sort((a, b) => b.endpoints.length - a.endpoints.length)) {
    endpoints.push(...queue.splice(0, MAX_ENDPOINTS - endpoints.length));
  }
  if (queue.length > 0 && queue.length < MAX_ENDPOINTS) {
    const room = unchanged
      .filter((slice) => slice.endpoints.length + queue.length <= MAX_ENDPOINTS)
      .reduce<EndpointSlice | undefined>(
        (a, b) => (a && a.endpoints.length >= b.endpoints.length ? a : b),
        undefined,
      );
    if (room) changed.push({ slice: room, endpoints: [...room.endpoints, ...queue.splice(0)] });
  }
  while (queue.length > 0) plan.create.push({ ports, endpoints: queue.splice(0, MAX_ENDPOINTS) });
  for (const { slice, endpoints } of changed) {
    if (endpoints.length === 0) plan.delete.push(slice);
    else plan.update.push({ slice, endpoints });
  }
}
