/**
 * Holm's adjusted p-values, in the order given: a value below α says "different" with a chance of at most α that any
 * of all these statements is wrong, however the tests depend on one another. Throws RangeError outside 0..1.
 */
export function holm(ps: readonly number[]): number[] {
  const bad = ps.find((p) => !(p >= 0 && p <= 1));
  if (bad !== undefined) throw new RangeError(`Expected p-values from 0 to 1, got ${bad}`);
  const rising = ps.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(ps.length);
  let largest = 0;
  for (const [i, { p, index }] of rising.entries()) {
    largest = Math.max(largest, Math.min(1, p * (ps.length - i)));
    adjusted[index] = largest;
  }
  return adjusted;
}
