import { z } from 'zod';

const ms = z.int().min(0);

/** What the chart tells the agents of all nodes; what a node's own differs in, they find out. */
const schema = z.strictObject({
  routing: z.enum(['direct', 'vxlan']),
  shortCuts: z.enum(['untranslated', 'never']),
  podCidrsIn: z.enum(['node-network', 'node', 'pools']),
  clusterCidrs: z.array(z.string()).min(1),
  cooldownMs: ms,
  waitMs: ms,
  collectMs: ms.optional(),
  preAllocate: z.int().min(0),
  store: z.enum(['log', 'host-local']),
  /** Absent: somebody else implements Services. */
  services: z
    .strictObject({
      nodePorts: z.tuple([z.int(), z.int()]),
      defaults: z.strictObject({
        algorithm: z.enum(['random', 'maglev']),
        forwarding: z.enum(['snat', 'dsr']),
      }),
    })
    .optional(),
  /** Name of the link to the other nodes; absent: the one with the node's address. */
  uplink: z.string().min(1).optional(),
  /** Port of the HTTP endpoints. */
  port: z.int().min(0).max(65535),
});

/** A checked configuration file of an agent in a cluster. */
export type ClusterAgentSettings = z.output<typeof schema>;

/**
 * Reads the text of a configuration file.
 * @throws Error that says all that is wrong with it
 */
export function readAgentSettings(text: string): ClusterAgentSettings {
  const { data, error } = schema.safeParse(JSON.parse(text));
  if (error) throw new Error(z.prettifyError(error));
  return data;
}
