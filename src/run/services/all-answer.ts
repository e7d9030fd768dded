import { formatCount } from '../../scenario/index.ts';
import type { LivingService } from './service-book.ts';
import type { ServicesUnderTest } from './services-under-test.ts';

/** Thousands of Services can take a proxy that long: iptables-nft wrote the rules of 10,000 in 384 s. */
const LONGEST_MS = 900_000;

/**
 * Waits until the Service that was made last answers on every node: those before it are there by then, as proxies write
 * in the order of changes or everything at once. One that ends meanwhile says nothing, and the last of the others is
 * waited for. Says so when it does not come to that, and resolves with false.
 */
export async function allAnswer(services: ServicesUnderTest, signal: AbortSignal): Promise<boolean> {
  if (!services.isTranslated) return true;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  for (;;) {
    const last = services.book.living.findLast(({ backends }) => backends.length > 0);
    if (last === undefined) return true;
    const over = services.book.endOf(last);
    const silent = await silentNodes(services, last, AbortSignal.any([patience, over]));
    if (silent.length > 0 && over.aborted && !patience.aborted) continue;
    const count = formatCount(services.book.living.length);
    for (const node of silent) {
      services.options.warn(`${last.name}, the last of ${count} Services, does not answer on ${node}`);
    }
    return silent.length === 0;
  }
}

/** Nodes on which a Service did not answer before the signal fired. */
async function silentNodes(
  { options: { traffic, fleet } }: ServicesUnderTest,
  { phase, backends, addresses }: LivingService,
  signal: AbortSignal,
): Promise<string[]> {
  const expect = backends.map(({ name }) => name);
  const protocol = phase.protocol === 'UDP' ? 'udp' : 'tcp';
  const asked = fleet.clients.entries().map(async ([node, from]) => {
    // Nobody counts how often it is refused until then.
    const spec = { from, to: addresses[0]!, protocol, expect, once: true, intervalMs: 10 } as const;
    await using probe = await traffic.probe(spec);
    return await probe.firstAnswer(signal).then(
      () => [],
      () => [node],
    );
  });
  return (await Promise.all(asked)).flat();
}
