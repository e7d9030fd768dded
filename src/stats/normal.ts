/** Φ(x), the distribution function of the standard normal: relative error below 1e-13 in either tail. */
export function normalCdf(x: number): number {
  return x < 0 ? upperTail(-x) : 1 - upperTail(x);
}

/** Quantile `p` (0 < p < 1) of the standard normal, by bisection: called a few times per comparison. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  let low = -40;
  let high = 0;
  while (high - low > 1e-14 * -low) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(Z > x) for x ≥ 0: the series of Φ near 0 (Abramowitz and Stegun 26.2.11), Laplace's fraction beyond (26.2.14). */
function upperTail(x: number): number {
  if (x > 40) return 0;
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x < 3) {
    let term = x;
    let sum = x;
    for (let n = 3; term > 1e-17 * sum; n += 2) {
      term *= (x * x) / n;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = x;
  for (let n = 160; n > 0; n--) fraction = x + n / fraction;
  return density / fraction;
}
