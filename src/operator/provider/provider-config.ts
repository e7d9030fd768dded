import { z } from 'zod';
import { type CloudProviderSpec, readClusterPoolConfig } from '../../ipam/index.ts';

const pool = z.strictObject({ cidrs: z.array(z.string()).readonly(), maskSize: z.int() });

/** The provider's configuration file. */
const schema = z.strictObject({
  socketPath: z.string(),
  tokenFile: z.string(),
  ipv4: pool.optional(),
  ipv6: pool.optional(),
  /** How long a request takes that is let through. */
  latencyMs: z.number().nonnegative(),
  rate: z.strictObject({ perSecond: z.number().positive(), burst: z.int().positive() }),
  /** Nodes that may have CIDRs at a time; no limit if left out. */
  quota: z.int().nonnegative().optional(),
});

/** A configuration file as it is written. */
export type ProviderConfig = z.input<typeof schema>;

/**
 * Reads the text of a configuration file.
 * @throws Error, IpamError that say all that is wrong with it.
 */
export function readProviderConfig(text: string): {
  readonly socketPath: string;
  readonly tokenFile: string;
  readonly spec: CloudProviderSpec;
} {
  const { data, error } = schema.safeParse(JSON.parse(text));
  if (error) throw new Error(z.prettifyError(error));
  const { socketPath, tokenFile, ipv4, ipv6, ...limits } = data;
  return { socketPath, tokenFile, spec: { network: readClusterPoolConfig({ ipv4, ipv6 }), ...limits } };
}
