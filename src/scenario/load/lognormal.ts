/** The 99 % quantile of the standard normal distribution. */
const Z99 = 2.3263478740408408;

export interface Lognormal {
  readonly mu: number;
  readonly sigma: number;
}

/** The largest p99/mean that a log-normal distribution can have: e^(z99² / 2), about 14.97. */
export const LOGNORMAL_MAX_RATIO = Math.exp(Z99 ** 2 / 2);

/**
 * The log-normal distribution with this mean and p99; undefined when there is none.
 * mean = e^(mu + sigma²/2) and p99 = e^(mu + z99 sigma) give sigma² - 2 z99 sigma + 2 ln(p99/mean) = 0;
 * of its two roots the smaller is the one that is not absurdly wide.
 */
export function lognormalFrom(mean: number, p99: number): Lognormal | undefined {
  const ratio = p99 / mean;
  if (ratio <= 1 || ratio > LOGNORMAL_MAX_RATIO) return undefined;
  const sigma = Z99 - Math.sqrt(Math.max(0, Z99 ** 2 - 2 * Math.log(ratio)));
  return { mu: Math.log(mean) - sigma ** 2 / 2, sigma };
}
