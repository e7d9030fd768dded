/** Datagrams and their answers. */
import { udp } from 'k6/x/podnet';
import { batchOf, load, optionsOf } from './lib/load.ts';

interface Own {
  readonly size: number;
  readonly fresh: boolean;
  readonly unconnected: boolean;
}

const given = load<Own>();
export const options = optionsOf(given);

export default function (): void {
  const { size = 64, fresh = false, unconnected = false } = given;
  udp({ ...batchOf(given), size, fresh, unconnected });
}
