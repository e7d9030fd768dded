/** Bytes from the other side: each iteration is one connection that lasts `seconds`. */
import { stream } from 'k6/x/podnet';
import { batchOf, load, optionsOf } from './lib/load.ts';

interface Own {
  readonly seconds: number;
}

const SECONDS = 1;

const given = load<Own>();
export const options = optionsOf(given);

export default function (): void {
  stream({ ...batchOf(given), count: 1, duration: `${given.seconds ?? SECONDS}s` });
}
