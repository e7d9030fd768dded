import type { Tone } from '../model/table.ts';
import type { ClaimResult, ClaimVerdict } from './judge-claim.ts';

const TONE: Readonly<Record<ClaimVerdict, Tone>> = {
  confirmed: 'good',
  refuted: 'bad',
  'not decided': 'doubt',
};

/** Claim, source, what was measured, and the verdict. */
export function claimLines({
  text,
  source,
  verdict,
  measured,
}: ClaimResult): { text: string; tone?: Tone }[] {
  return [
    { text: `claim: ${text} (${source})` },
    ...measured.map((line) => ({ text: `  measured: ${line}` })),
    { text: `  verdict: ${verdict}`, tone: TONE[verdict] },
  ];
}
