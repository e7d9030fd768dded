import { virtualHost } from '../../measure/index.ts';

/** How much slower an emulated processor is, amply. */
const EMULATED = 12;

/** How long to wait for something that takes at most `ms` on an ordinary machine. */
export function patience(ms: number): number {
  return virtualHost()?.emulated ? ms * EMULATED : ms;
}
