import type { Identity, Reached } from './respond.ts';

/** A responder that is ready. */
export interface Responder extends Identity {
  readonly ips: readonly string[];
}

/** One way that is to work: from a responder to an address. */
export interface Path {
  readonly from: Responder;
  /** For people: `pod on another node`, `Service`. */
  readonly kind: string;
  readonly url: string;
  /** Who must answer; absent: any responder. */
  readonly to?: string;
}

export interface PathOptions {
  readonly port: number;
  /** Cluster IPs of the Service before all responders. */
  readonly serviceIps: readonly string[];
  /** Its name as pods look it up; absent where no DNS is expected. */
  readonly serviceName?: string | undefined;
}

/** Every way between responders: by address in each family, by Service, by name. */
export function pathsOf(responders: readonly Responder[], options: PathOptions): Path[] {
  const { port, serviceIps, serviceName } = options;
  const url = (host: string) => `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
  return responders.flatMap((from) => [
    ...responders.flatMap((to) =>
      to.ips.map((ip) => ({ from, kind: relation(from, to), url: url(ip), to: to.pod })),
    ),
    ...serviceIps.map((ip) => ({ from, kind: 'Service', url: url(ip) })),
    ...(serviceName === undefined ? [] : [{ from, kind: 'Service by name', url: url(serviceName) }]),
  ]);
}

function relation(from: Responder, to: Responder): string {
  if (from.pod === to.pod) return 'pod to itself';
  return from.node === to.node ? 'pod on the same node' : 'pod on another node';
}

/** What is wrong with an answer; undefined when it is as it should be. */
export function problemOf({ to }: Path, { by, error }: Reached): string | undefined {
  if (error !== undefined) return error;
  if (by === undefined) return 'no answer';
  return to === undefined || by.pod === to ? undefined : `answered by ${by.pod}`;
}
