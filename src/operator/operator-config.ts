import { z } from 'zod';
import { readClusterPoolConfig } from '../ipam/index.ts';

const familyPool = z.strictObject({ cidrs: z.array(z.string()), maskSize: z.int() });

/** The operator's configuration file, by mode. */
const schema = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z.literal('cluster-pool'),
    ipv4: familyPool.optional(),
    ipv6: familyPool.optional(),
  }),
]);

/** A configuration file as it is written. */
export type OperatorConfig = z.input<typeof schema>;

/** A checked configuration. */
export type OperatorSpec = ReturnType<typeof readOperatorConfig>;

/**
 * Reads the text of a configuration file.
 * @throws Error, IpamError that say all that is wrong with it.
 */
export function readOperatorConfig(text: string) {
  const { data, error } = schema.safeParse(JSON.parse(text));
  if (error) throw new Error(z.prettifyError(error));
  const { mode, ipv4, ipv6 } = data;
  return { mode, pool: readClusterPoolConfig({ ipv4, ipv6 }) } as const;
}
