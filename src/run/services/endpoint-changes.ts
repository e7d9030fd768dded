import { monotonicNs } from '../../measure/index.ts';
import { seeded } from '../../stats/index.ts';
import { until } from '../timeline.ts';
import type { LivingService } from './service-book.ts';
import type { ServicesUnderTest } from './services-under-test.ts';

export interface EndpointChangesOptions {
  /** A second. */
  readonly rate: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Replaces endpoints of living Services, chosen by chance, on schedule until the signal fires. */
export async function changeEndpoints(
  services: ServicesUnderTest,
  { rate, seed, signal }: EndpointChangesOptions,
): Promise<void> {
  const random = seeded(seed);
  const { book, options } = services;
  const busy = new Set<LivingService>();
  const begin = monotonicNs();
  for (let index = 1; !signal.aborted; index++) {
    await until(begin + (index * 1e9) / rate, signal);
    if (signal.aborted) break;
    const answering = book.living.filter(({ isWritten, backends }) => isWritten && backends.length > 0);
    const probed = answering.filter(({ phase }) => phase.probes !== undefined);
    const free = (probed.length > 0 ? probed : answering).filter((living) => !busy.has(living));
    const living = free.length > 0 ? free[random.below(free.length)] : undefined;
    if (living === undefined) continue;
    const pool = options.fleet.backends.slice(0, living.phase.backends.pods);
    const others = pool.filter((backend) => !living.backends.includes(backend));
    const fresh = others.length > 0 ? others[random.below(others.length)] : undefined;
    if (fresh === undefined) continue;
    busy.add(living);
    void services
      .replace(living, living.backends[0]!, fresh)
      .catch((error: Error) => {
        // One that has ended meanwhile has no endpoints to replace.
        if (book.get(living.name)) options.warn(`endpoints of ${living.name}: ${error.message}`);
      })
      .finally(() => busy.delete(living));
  }
}
