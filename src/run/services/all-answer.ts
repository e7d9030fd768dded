import { formatCount } from '../../scenario/index.ts';
import type { ServicesUnderTest } from './services-under-test.ts';

/** Thousands of Services can take a proxy that long. */
const LONGEST_MS = 180_000;

/**
 * Waits until the Service that was made last answers on every node: those before it are there by then, as proxies write
 * in the order of changes or everything at once. Says so when it does not come to that.
 */
export async function allAnswer(services: ServicesUnderTest, signal: AbortSignal): Promise<void> {
  const { traffic, fleet, warn } = services.options;
  const last = services.book.living.findLast(({ backends }) => backends.length > 0);
  if (last === undefined || !services.isTranslated) return;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  const expect = last.backends.map(({ name }) => name);
  const protocol = last.phase.protocol === 'UDP' ? 'udp' : 'tcp';
  await Promise.all(
    fleet.clients.entries().map(async ([node, from]) => {
      // Nobody counts how often it is refused until then.
      const spec = { from, to: last.addresses[0]!, protocol, expect, once: true, intervalMs: 10 } as const;
      await using probe = await traffic.probe(spec);
      await probe.firstAnswer(patience).catch(() => {
        warn(
          `${last.name}, the last of ${formatCount(services.book.living.length)} Services, does not answer on ${node}`,
        );
      });
    }),
  );
}
