/** Services for people and tests, read from the kernel. */
import type { Family } from '../../ip/index.ts';
import { BACKEND_FLAGS } from './maps/backend.ts';
import type { ServiceMaps } from './maps/map-set.ts';
import type { FrontendSpec, ServiceProtocol } from './spec.ts';
import { readServices } from './takeover.ts';

export interface FrontendView {
  readonly kind: FrontendSpec['kind'];
  /** Null: any address of the node. */
  readonly address: string | null;
  readonly port: number;
}

export interface BackendView {
  readonly id: number;
  readonly address: string;
  readonly port: number;
  /** `active`: gets new connections; `active-local`: under a traffic policy `Local`. `terminating`: its pod ends. */
  readonly states: readonly ('active' | 'active-local' | 'local' | 'terminating')[];
}

export interface ServiceView {
  readonly id: number;
  /** `namespace/name:port/protocol/family`; undefined before the agent has heard of it from the API. */
  readonly key: string | undefined;
  readonly protocol: ServiceProtocol;
  readonly family: Family;
  readonly frontends: readonly FrontendView[];
  readonly backends: readonly BackendView[];
  readonly affinitySeconds: number;
  readonly internalTrafficPolicy: 'Cluster' | 'Local';
  readonly externalTrafficPolicy: 'Cluster' | 'Local';
  readonly algorithm: 'random' | 'maglev';
  readonly forwarding: 'snat' | 'dsr';
}

const STATES = [
  ['active', BACKEND_FLAGS.inAll],
  ['active-local', BACKEND_FLAGS.inLocal],
  ['local', BACKEND_FLAGS.local],
  ['terminating', BACKEND_FLAGS.terminating],
] as const;

/** @param keyOf what a service's number stands for. Ordered by number. */
export function viewServices(
  maps: ServiceMaps,
  keyOf: (service: number) => string | undefined,
): ServiceView[] {
  return readServices(maps)
    .filter(({ frontends }) => frontends.length > 0)
    .map(({ service, frontends, backends }): ServiceView => {
      const entries = frontends.map(([, entry]) => entry);
      return {
        id: service,
        key: keyOf(service),
        protocol: frontends[0]![0].protocol,
        family: frontends[0]![0].family,
        frontends: frontends.map(([{ address, port }, { kind }]) => ({
          kind,
          address: address === null ? null : String(address),
          port,
        })),
        backends: backends
          .toSorted(([a], [b]) => a - b)
          .map(([id, { address, port, flags }]) => ({
            id,
            address: String(address),
            port,
            states: STATES.filter(([, flag]) => (flags & flag) !== 0).map(([name]) => name),
          })),
        affinitySeconds: entries[0]!.affinitySeconds,
        internalTrafficPolicy: entries.some((entry) => entry.internalLocal) ? 'Local' : 'Cluster',
        externalTrafficPolicy: entries.some((entry) => entry.kind !== 'ClusterIP' && entry.externalLocal)
          ? 'Local'
          : 'Cluster',
        algorithm: entries[0]!.maglev ? 'maglev' : 'random',
        forwarding: entries.some((entry) => entry.dsr) ? 'dsr' : 'snat',
      };
    })
    .sort((a, b) => a.id - b.id);
}
