/** Who is there: pods by the part they play. The client is on the near node. */
export const CLIENT = 'client';
/**
 * Whose sockets are not covered. A pod of its own: translated by packets, a connection could have the same ends as a
 * direct one of the same pod (docs/services.md).
 */
export const BY_PACKETS = 'client-by-packets';
export const NEAR = ['near-1', 'near-2'] as const;
export const FAR = ['far-1', 'far-2'] as const;
export const BACKENDS = [...NEAR, ...FAR] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];
/** Services by what is behind them, or by what is special about them. */
export const SERVICE_NAMES = [
  'near',
  'far',
  'both',
  'itself',
  'sticky',
  'headless',
  'empty',
  'internal-both',
  'internal-far',
  'external-both',
  'external-far',
] as const;
/** Made when all others are there: a node that knows one of these knows the others, or is about to. */
export const MARKERS = ['marker', 'second-marker'] as const;
export type MarkerName = (typeof MARKERS)[number];
