/** Requests on connections that stay open for a batch. */
import { rr } from 'k6/x/podnet';
import { batchOf, load, optionsOf } from './lib/load.ts';

interface Own {
  readonly clients: number;
}

const given = load<Own>();
export const options = optionsOf(given);

export default function (): void {
  rr({ ...batchOf(given), clients: given.clients ?? 1 });
}
