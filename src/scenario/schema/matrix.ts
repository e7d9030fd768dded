import { z } from 'zod';
import { ipamMode, store } from './ipam.ts';
import { network, nodes, routing, services, zones } from './lab.ts';
import { durationText, field, whole } from './leaf.ts';
import { substrate } from './substrate.ts';

const LEVEL = z.enum(['pod', 'cni']);
const serviceCount = whole(1, 100_000);
const AXES = {
  network,
  routing,
  services,
  nodes,
  zones,
  level: LEVEL,
  ipam: ipamMode,
  store,
  cooldown: durationText,
  serviceCount,
} as const;

/** One value per axis that a matrix varies. */
export const cell = z.strictObject({
  network: network.optional(),
  routing: routing.optional(),
  services: services.optional(),
  nodes: nodes.optional(),
  zones: zones.optional(),
  level: LEVEL.optional(),
  ipam: ipamMode.optional(),
  store: store.optional(),
  cooldown: durationText.optional(),
  serviceCount: serviceCount.optional(),
});

function axis<T extends z.ZodType>(value: T, what: string, example: unknown[]) {
  return field(
    z.array(value, `a list of ${what}`).min(1, `a list of ${what} that is not empty`).optional(),
    `Values of ${what}.`,
    example,
  );
}

export const matrix = z.strictObject({
  network: axis(AXES.network, '`lab.network`', ['churnlab', 'ptp']),
  routing: axis(AXES.routing, '`lab.routing`', ['direct', 'vxlan']),
  services: axis(AXES.services, '`lab.services`', ['ebpf', 'nftables']),
  nodes: axis(AXES.nodes, '`lab.nodes`', [2, 8]),
  zones: axis(AXES.zones, '`lab.zones`', [1, 3]),
  level: axis(AXES.level, '`level`', ['pod', 'cni']),
  ipam: axis(AXES.ipam, '`lab.ipam.mode`', ['cluster-pool', 'kcm']),
  store: axis(AXES.store, '`lab.ipam.store`', ['log', 'host-local']),
  cooldown: axis(AXES.cooldown, '`lab.ipam.cooldown`', ['0s', '10s']),
  serviceCount: axis(AXES.serviceCount, '`services` of the first phase that has it', [1, 100, 10_000]),
  exclude: field(
    z
      .array(
        cell.extend({
          on: z
            .array(substrate, 'a list of substrates')
            .min(1, 'a list of substrates that is not empty')
            .optional(),
        }),
        'a list of combinations to leave out',
      )
      .default([]),
    'Combinations to leave out: those that agree with all fields given, on the substrates of `on` or on all.',
    [
      { network: 'ptp', routing: 'vxlan' },
      { serviceCount: 10_000, on: ['vm'] },
    ],
  ),
});
