import type { Traffic } from '../traffic/index.ts';
import { type Bed, MARKERS, type MarkerName } from './bed/index.ts';
import type { Facts } from './case.ts';
import { columnsOf } from './column.ts';
import { ConnectivityError } from './connectivity-error.ts';

const INTERVAL_MS = 10;

/**
 * Waits until the nodes have written all Services, those without endpoints included. Changes reach a node in the order in
 * which they were made, and what was made after all the others is answered with them, or while they are being written
 * (ipvs: a Service at a time, in any order). Only when something still later is answered have they been.
 * @throws ConnectivityError not-ready; KubeError; the signal's reason
 */
export async function settled(
  traffic: Traffic,
  bed: Bed,
  facts: Facts,
  limitMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (const marker of MARKERS) {
    await bed.mark(marker);
    await answered(marker, traffic, bed, facts, limitMs, signal);
  }
}

async function answered(
  marker: MarkerName,
  traffic: Traffic,
  bed: Bed,
  { serviceFamilies, services }: Facts,
  limitMs: number,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    bed.nodes.flatMap(({ name }) =>
      columnsOf(serviceFamilies).map(async (column) => {
        const to = bed.clusterIp(marker, column);
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
