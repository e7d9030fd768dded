import type { LabSpec } from '../../scenario/index.ts';

export interface ChartOptions {
  readonly spec: LabSpec;
  /** Our image, `repository:tag`, which is on the nodes. */
  readonly image: string;
  /** An address of the control plane's node. */
  readonly apiServer: string;
}

/** Values of charts/churnlab for a lab. */
export function chartValues({ spec, image, apiServer }: ChartOptions): Record<string, unknown> {
  const { routing, services, nodePorts, serviceCidrs, ipam, nodes } = spec;
  const colon = image.lastIndexOf(':');
  return {
    image: { repository: image.slice(0, colon), tag: image.slice(colon + 1), pullPolicy: 'Never' },
    network: { mode: routing },
    services: services === 'ebpf' ? 'ebpf' : 'none',
    nodePorts,
    serviceCidrs,
    ipam: {
      mode: ipam.mode,
      pools: ipam.pools,
      cooldown: duration(ipam.cooldown),
      wait: duration(ipam.wait),
      preAllocate: ipam.preAllocate,
      store: ipam.store,
      queue: ipam.queue,
    },
    apiServer: { host: apiServer, port: 6443 },
    operator: { replicas: Math.min(2, nodes) },
  };
}

/** Milliseconds are the finest that the chart takes. */
function duration(ns: number): string {
  return `${ns / 1e6}ms`;
}
