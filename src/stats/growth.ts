import { studentQuantile } from './student.ts';

/** How a cost grows with a size, simplest first. */
const GROWTH_MODELS = ['constant', 'log', 'linear', 'power'] as const;
export type GrowthModel = (typeof GROWTH_MODELS)[number];

/** Half width of the interval that an exponent must lie in to be called constant ("O(1)"). */
const CONSTANT_EXPONENT = 0.02;

export interface GrowthFit {
  /** The simplest model whose AICc is within 2 of the best. */
  readonly model: GrowthModel;
  /** y = a, a + b·ln x, a + b·x or a·xᵇ, by `model`. */
  readonly a: number;
  readonly b: number;
  /** b of the power law y = a·xᵇ with its 95 % interval, whatever model was chosen. */
  readonly exponent: { readonly value: number; readonly low: number; readonly high: number };
  /** True when the whole interval of the exponent lies inside ±CONSTANT_EXPONENT. */
  readonly isConstant: boolean;
  /** AICc above the best, per model: how much worse each describes the data. Infinity: cannot describe it. */
  readonly deltas: Readonly<Record<GrowthModel, number>>;
  readonly warnings: readonly string[];
}

/** A size and the cost measured at it, both larger than 0. */
export type GrowthPoint = readonly [size: number, cost: number];

/**
 * Fits cost against size. Errors are taken as relative (a cost of 10 ms is measured to some per cent, like
 * one of 10 µs): every model is fitted and judged by ln(y / ŷ). Throws RangeError below 4 points, below 3
 * different sizes, or on a value that is not positive.
 */
export function fitGrowth(points: readonly GrowthPoint[]): GrowthFit {
  if (points.length < 4) throw new RangeError(`Expected at least 4 points, got ${points.length}`);
  if (new Set(points.map(([x]) => x)).size < 3) throw new RangeError('Expected at least 3 different sizes');
  const bad = points.find(([x, y]) => !(x > 0 && y > 0));
  if (bad) throw new RangeError(`Expected sizes and costs above 0, got (${bad.join(', ')})`);

  const power = leastSquares(points.map(([x, y]) => [Math.log(x), Math.log(y), 1]));
  const meanLog = points.reduce((sum, [, y]) => sum + Math.log(y), 0) / points.length;
  const log = leastSquares(points.map(([x, y]) => [Math.log(x), y, 1 / (y * y)]));
  const linear = leastSquares(points.map(([x, y]) => [x, y, 1 / (y * y)]));
  const candidates: Record<GrowthModel, { a: number; b: number; at: (x: number) => number }> = {
    constant: { a: Math.exp(meanLog), b: 0, at: () => Math.exp(meanLog) },
    log: { ...log, at: (x) => log.a + log.b * Math.log(x) },
    linear: { ...linear, at: (x) => linear.a + linear.b * x },
    power: { a: Math.exp(power.a), b: power.b, at: (x) => Math.exp(power.a + power.b * Math.log(x)) },
  };

  const scores = GROWTH_MODELS.map((model) => {
    const residuals = points.map(([x, y]) => Math.log(y / candidates[model].at(x)));
    return score(residuals, model === 'constant' ? 2 : 3);
  });
  const best = Math.min(...scores);
  const deltas = Object.fromEntries(GROWTH_MODELS.map((model, i) => [model, scores[i]! - best]));
  const model = GROWTH_MODELS.find((candidate) => deltas[candidate]! <= 2)!;

  const margin = studentQuantile(0.975, points.length - 2) * power.slopeError;
  const exponent = { value: power.b, low: power.b - margin, high: power.b + margin };
  const { a, b } = candidates[model];
  return {
    model,
    a,
    b,
    exponent,
    isConstant: exponent.low > -CONSTANT_EXPONENT && exponent.high < CONSTANT_EXPONENT,
    deltas: deltas as Record<GrowthModel, number>,
    warnings: warningsOf(points),
  };
}

function warningsOf(points: readonly GrowthPoint[]): string[] {
  const sizes = points.map(([x]) => x);
  const warnings: string[] = [];
  if (points.length < 6) warnings.push(`${points.length} points: the choice of model needs 6 or more`);
  if (Math.max(...sizes) < 10 * Math.min(...sizes)) {
    warnings.push('sizes span less than a factor of 10: an exponent from them says little about growth');
  }
  return warnings;
}

/** AICc of normal residuals with `k` parameters, the variance among them; smaller is better. */
function score(residuals: readonly number[], k: number): number {
  const n = residuals.length;
  const squares = residuals.reduce((sum, r) => sum + r * r, 0);
  if (!Number.isFinite(squares)) return Infinity;
  // A perfect fit has no logarithm; residuals below 1e-12 are rounding.
  const correction = n - k - 1 > 0 ? (2 * k * (k + 1)) / (n - k - 1) : 2 * k * (k + 1);
  return n * Math.log(Math.max(squares / n, 1e-24)) + 2 * k + correction;
}

/** Weighted least squares of v = a + b·u over [u, v, weight]; slopeError is the standard error of b. */
function leastSquares(rows: readonly (readonly [number, number, number])[]) {
  const total = rows.reduce((sum, [, , w]) => sum + w, 0);
  const meanU = rows.reduce((sum, [u, , w]) => sum + w * u, 0) / total;
  const meanV = rows.reduce((sum, [, v, w]) => sum + w * v, 0) / total;
  let uu = 0;
  let uv = 0;
  for (const [u, v, w] of rows) {
    uu += w * (u - meanU) ** 2;
    uv += w * (u - meanU) * (v - meanV);
  }
  const b = uv / uu;
  const a = meanV - b * meanU;
  const rest = rows.reduce((sum, [u, v, w]) => sum + w * (v - a - b * u) ** 2, 0);
  return { a, b, slopeError: Math.sqrt(rest / (rows.length - 2) / uu) };
}
