import type { Network } from './network.ts';

/** The node's ends of pods' links, by a list's first plugin: where there is no bridge they have the kernel's own names. */
export function podLinksOf(main: object | undefined): Network['podLinks'] {
  const { type, bridge = 'cni0' } = (main ?? {}) as { readonly type?: string; readonly bridge?: string };
  return type === 'bridge' ? { bridge } : { prefix: 'veth' };
}
