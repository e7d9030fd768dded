/** Connect, request, close, from a fresh source port each time. */
import { crr } from 'k6/x/podnet';
import { batchOf, load, optionsOf } from './lib/load.ts';

interface Own {
  readonly close: 'rst' | 'fin';
}

const given = load<Own>();
export const options = optionsOf(given);

export default function (): void {
  crr({ ...batchOf(given), close: given.close ?? 'rst' });
}
