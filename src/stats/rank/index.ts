export { type HodgesLehmann, hodgesLehmann } from './hodges-lehmann.ts';
export { holm } from './holm.ts';
export { cliffsDelta, type MannWhitney, mannWhitney } from './mann-whitney.ts';
export { detectableEffect, type PowerOptions, power, runsNeeded } from './power.ts';
export { type SignedRank, signedRank, type WalshShift, walshShift } from './signed-rank.ts';
