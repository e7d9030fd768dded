import { z } from 'zod';
import { type ClusterPoolSpec, readClusterPoolConfig } from '../ipam/index.ts';

const familyPool = z.strictObject({ cidrs: z.array(z.string()), maskSize: z.int() });

/** The operator's configuration file. */
const schema = z.strictObject({
  clusterPool: z.strictObject({ ipv4: familyPool.optional(), ipv6: familyPool.optional() }),
});

/**
 * Reads the text of a configuration file.
 * @throws Error, IpamError that say all that is wrong with it.
 */
export function readOperatorConfig(text: string): ClusterPoolSpec {
  const { data, error } = schema.safeParse(JSON.parse(text));
  if (error) throw new Error(z.prettifyError(error));
  return readClusterPoolConfig(data.clusterPool);
}
