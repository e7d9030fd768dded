import { format } from '../stats/index.ts';

/** `+3.20 %`, `−12.0 %`, `0 %`; on an axis with `formatRound`, which leaves out zeroes that nobody measured. */
export function signedShare(share: number, write: typeof format = format): string {
  const text = write(Math.abs(share), 'ratio');
  if (share === 0) return text;
  return `${share > 0 ? '+' : '−'}${text}`;
}
