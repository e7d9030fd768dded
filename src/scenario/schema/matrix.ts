import { z } from 'zod';
import { network, nodes, routing, services } from './lab.ts';
import { field } from './leaf.ts';

const LEVEL = z.enum(['pod', 'cni']);
const AXES = { network, routing, services, nodes, level: LEVEL } as const;

/** One value per axis that a matrix varies. */
const cell = z.strictObject({
  network: network.optional(),
  routing: routing.optional(),
  services: services.optional(),
  nodes: nodes.optional(),
  level: LEVEL.optional(),
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
  level: axis(AXES.level, '`level`', ['pod', 'cni']),
  exclude: field(
    z.array(cell, 'a list of combinations to leave out').default([]),
    'Combinations to leave out: those that agree with all fields given.',
    [{ network: 'ptp', routing: 'vxlan' }],
  ),
});
