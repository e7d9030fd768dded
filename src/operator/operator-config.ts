import { z } from 'zod';
import { Cidr } from '../ip/index.ts';
import { readClusterPoolConfig, readRangeConfig } from '../ipam/index.ts';

const pool = z.strictObject({ cidrs: z.array(z.string()).readonly(), maskSize: z.int() });
const families = { ipv4: pool.optional(), ipv6: pool.optional() };
const serviceCidrs = z.array(z.string()).readonly().default([]);

/** The operator's configuration file, by mode. */
const schema = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('cluster-pool'), ...families }),
  z.strictObject({ mode: z.literal('multi-pool') }),
  z.strictObject({
    mode: z.literal('range'),
    ...families,
    serviceCidrs,
    queue: z.enum(['rate-limited', 'fixed']).default('rate-limited'),
  }),
  z.strictObject({ mode: z.literal('multi-range'), serviceCidrs }),
  z.strictObject({
    mode: z.literal('cloud'),
    provider: z.strictObject({ socketPath: z.string(), tokenFile: z.string() }),
  }),
]);

/** A configuration file as it is written. */
export type OperatorConfig = z.input<typeof schema>;

/** A checked configuration; `warnings` is what was put right, in words for the user. */
export type OperatorSpec = ReturnType<typeof readOperatorConfig>;

/**
 * Reads the text of a configuration file.
 * @throws Error, IpamError that say all that is wrong with it.
 */
export function readOperatorConfig(text: string) {
  const { data, error } = schema.safeParse(JSON.parse(text));
  if (error) throw new Error(z.prettifyError(error));
  switch (data.mode) {
    case 'cluster-pool': {
      const pool = readClusterPoolConfig(data);
      return { mode: data.mode, pool, warnings: pool.warnings };
    }
    case 'multi-pool':
      return { mode: data.mode, warnings: [] };
    case 'cloud':
      return { ...data, warnings: [] };
    case 'range': {
      const range = readRangeConfig(data);
      return { mode: data.mode, range, queue: data.queue, warnings: range.warnings };
    }
    case 'multi-range':
      return {
        mode: data.mode,
        serviceCidrs: data.serviceCidrs.map((text) => Cidr.parse(text).cidr),
        warnings: [],
      };
  }
}
