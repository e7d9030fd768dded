import type { Answer, Endpoint } from './http-server.ts';

/** What kubelet and Prometheus ask every process of ours. */
export function probes({
  waitsFor,
  metrics,
}: {
  /** What keeps the process from doing its work; undefined when it does. */
  readonly waitsFor: () => string | undefined;
  /** Prometheus' text format. */
  readonly metrics: () => string;
}): Readonly<Record<string, Endpoint>> {
  const ready = (): Answer => {
    const missing = waitsFor();
    return missing === undefined ? { body: 'ok\n' } : { status: 503, body: `${missing}\n` };
  };
  return {
    '/healthz': { answer: () => ({ body: 'ok\n' }) },
    '/readyz': { answer: ready },
    '/metrics': { answer: () => ({ body: metrics() }) },
  };
}
