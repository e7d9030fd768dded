const STEPS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/**
 * The last `width` values as bars from 0 to `top` (the largest shown, unless given), the newest at the right; a gap
 * for undefined.
 */
export function sparkline(values: readonly (number | undefined)[], width: number, top?: number): string {
  const shown = values.slice(-width);
  const highest = top ?? Math.max(0, ...shown.map((value) => value ?? 0));
  const bars = shown.map((value) => {
    if (value === undefined) return ' ';
    const share = highest > 0 ? Math.min(1, Math.max(0, value / highest)) : 0;
    return STEPS[Math.ceil(share * STEPS.length) - 1] ?? STEPS[0];
  });
  return bars.join('').padStart(width);
}
