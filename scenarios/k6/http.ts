/** GET on connections that stay open for a batch, or on fresh ones. */
import { http } from 'k6/x/podnet';
import { batchOf, load, optionsOf } from './lib/load.ts';

interface Own {
  readonly fresh: boolean;
  readonly path: string;
}

const given = load<Own>();
export const options = optionsOf(given);

export default function (): void {
  http({ ...batchOf(given), fresh: given.fresh ?? false, path: given.path ?? '/' });
}
