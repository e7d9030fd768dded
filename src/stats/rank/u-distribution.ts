/**
 * The distribution of Mann-Whitney's U under the hypothesis that both sides are drawn from the same population,
 * exact: every way to choose `m` of the `m + n` ranks is equally likely.
 */
export interface UDistribution {
  /** P(U ≤ u); for tied ranks u comes in steps of 1/2. */
  atMost(u: number): number;
  /** P(U ≥ u). */
  atLeast(u: number): number;
}

/** U of samples without ties (Mann and Whitney 1947, their recurrence over the largest sample). */
export function uDistribution(m: number, n: number): UDistribution {
  // counts[j][u]: ways to arrange i samples against j others with U = u, for the i of the loop.
  const counts = Array.from({ length: n + 1 }, (_, j) => new Float64Array(m * j + 1));
  for (const row of counts) row[0] = 1;
  for (let i = 1; i <= m; i++) {
    for (let j = 1; j <= n; j++) {
      const row = counts[j]!;
      const fewer = counts[j - 1]!;
      // The largest of all i + j is one of the i, and larger than j others, or it is not.
      for (let u = i * j; u >= j; u--) row[u] = row[u - j]!;
      row.fill(0, 0, j);
      for (let u = 0; u <= i * (j - 1); u++) row[u]! += fewer[u]!;
    }
  }
  return distribution(counts[n]!, 1);
}

/**
 * U of samples in which values occur more than once: `sizes` are the sizes of the groups of equal values from the
 * smallest value up. Counts, for each group, how many of it fall to the first side.
 */
export function tiedUDistribution(m: number, sizes: readonly number[]): UDistribution {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  // Twice the U, to have whole numbers: a pair of equal values counts one half.
  const most = 2 * m * (total - m);
  const counts = Array.from({ length: m + 1 }, () => new Float64Array(most + 1));
  counts[0]![0] = 1;
  let before = 0;
  for (const size of sizes) {
    const choose = binomials(size);
    for (let taken = Math.min(m, before + size); taken >= 0; taken--) {
      const sums = new Float64Array(most + 1);
      for (let here = Math.max(0, taken - before); here <= Math.min(size, taken); here++) {
        // `here` of this group: each is above the other side's smaller ones, and ties with its equals.
        const others = before - (taken - here);
        const gain = here * (2 * others + (size - here));
        const from = counts[taken - here]!;
        for (let u = 0; u + gain <= most; u++) sums[u + gain]! += from[u]! * choose[here]!;
      }
      counts[taken] = sums;
    }
    before += size;
  }
  return distribution(counts[m]!, 2);
}

function distribution(counts: ArrayLike<number>, steps: number): UDistribution {
  const total = sum(counts, 0, counts.length - 1);
  return {
    atMost: (u) => sum(counts, 0, Math.floor(u * steps)) / total,
    atLeast: (u) => sum(counts, Math.ceil(u * steps), counts.length - 1) / total,
  };
}

function sum(counts: ArrayLike<number>, from: number, to: number): number {
  let total = 0;
  for (let u = Math.max(0, from); u <= Math.min(to, counts.length - 1); u++) total += counts[u]!;
  return total;
}

function binomials(n: number): number[] {
  const row = [1];
  for (let k = 1; k <= n; k++) row.push((row[k - 1]! * (n - k + 1)) / k);
  return row;
}
