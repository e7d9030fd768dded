/** What an earlier agent left in the maps, to be told from the kernel alone. */
import type { Placed, PlacedBackend } from './arrange.ts';
import { frontendName } from './difference.ts';
import type { BackendEntry } from './maps/backend.ts';
import type { FrontendEntry, FrontendKey } from './maps/frontend.ts';
import type { ServiceMaps } from './maps/map-set.ts';

/** A service in the kernel; which one of the API's it is, its frontends tell. */
export interface FoundService {
  readonly service: number;
  readonly frontends: readonly (readonly [FrontendKey, FrontendEntry])[];
  readonly backends: readonly (readonly [id: number, entry: BackendEntry])[];
  /** Numbers of backends by view, slot 1 first. */
  readonly slots: readonly [all: readonly number[], local: readonly number[]];
}

interface Draft extends FoundService {
  readonly frontends: [FrontendKey, FrontendEntry][];
  readonly backends: [number, BackendEntry][];
  readonly slots: [number[], number[]];
}

/** All services in the maps, also the remains of those whose frontends are gone. */
export function readServices(maps: ServiceMaps): FoundService[] {
  const found = new Map<number, Draft>();
  const at = (service: number): Draft => {
    const known = found.get(service);
    if (known) return known;
    const draft: Draft = { service, frontends: [], backends: [], slots: [[], []] };
    found.set(service, draft);
    return draft;
  };
  for (const [key, entry] of maps.frontends.entries()) at(entry.service).frontends.push([key, entry]);
  for (const [id, entry] of maps.backends.entries()) at(entry.service).backends.push([id, entry]);
  for (const [{ service, view, index }, id] of maps.slots.entries()) at(service).slots[view]![index - 1] = id;
  return [...found.values()];
}

/** A found service as the state that {@link arrange} starts from; under a key that is now known. */
export function placedFrom(found: FoundService, key: string): Placed {
  const [first] = found.frontends;
  const backend = found.backends[0]?.[1];
  const entry = first?.[1];
  const clusterIp = found.frontends.find(([, { kind }]) => kind === 'ClusterIP')?.[1];
  const external = found.frontends.find(([, { kind }]) => kind !== 'ClusterIP')?.[1];
  return {
    key,
    service: found.service,
    family: first?.[0].family ?? backend?.address.family ?? 'ipv4',
    protocol: first?.[0].protocol ?? backend?.protocol ?? 'TCP',
    frontends: found.frontends.map(([{ address, port }, { kind }]) => ({ kind, address, port })),
    internalLocal: clusterIp?.internalLocal ?? false,
    externalLocal: external?.externalLocal ?? false,
    affinitySeconds: entry?.affinitySeconds ?? 0,
    maglev: entry?.maglev ?? false,
    dsr: external?.dsr ?? false,
    backends: found.backends.map(
      ([id, { address, port, flags }]): PlacedBackend => ({ id, address, port, flags }),
    ),
    slots: found.slots,
    // An agent that was killed between two steps leaves slots that no frontend counts yet.
    stale: found.frontends.some(
      ([, { counts }]) => counts[0] !== found.slots[0].length || counts[1] !== found.slots[1].length,
    ),
  };
}

/** The services by the names of their frontends. */
export function byFrontend(services: readonly FoundService[]): Map<string, FoundService> {
  return new Map(
    services.flatMap((found) => found.frontends.map(([key]) => [frontendName(key), found] as const)),
  );
}
