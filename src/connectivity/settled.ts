import type { Traffic } from '../traffic/index.ts';
import { type Bed, MARKER } from './bed/index.ts';
import type { Facts } from './case.ts';
import { columnsOf } from './column.ts';
import { ConnectivityError } from './connectivity-error.ts';

const INTERVAL_MS = 10;

/**
 * Waits until the nodes answer for the marker, which was made when all other EndpointSlices were complete: changes reach
 * a node in the order in which they were made, so it has all others, too, those without endpoints included.
 * @throws ConnectivityError not-ready; the signal's reason
 */
export async function settled(
  traffic: Traffic,
  bed: Bed,
  { serviceFamilies, services }: Facts,
  limitMs: number,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    bed.nodes.flatMap(({ name }) =>
      columnsOf(serviceFamilies).map(async (column) => {
        const to = bed.clusterIp(MARKER, column);
        const { protocol } = column;
        await using probe = await traffic.probe({
          from: name,
          to,
          protocol,
          intervalMs: INTERVAL_MS,
          once: true,
        });
        const limit = AbortSignal.timeout(limitMs);
        try {
          await probe.firstAnswer(AbortSignal.any([signal, limit]));
        } catch (cause) {
          if (!limit.aborted) throw cause;
          const message = `Node ${name} did not translate ${to} within ${limitMs / 1000} s (services ${services}): see the logs of the lab`;
          throw new ConnectivityError('not-ready', message, { cause });
        }
      }),
    ),
  );
}
