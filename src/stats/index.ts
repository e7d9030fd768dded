export { bootstrapQuantiles, type Interval, MIN_CLUSTERS } from './bootstrap.ts';
export {
  CONSTANT_EXPONENT,
  fitGrowth,
  GROWTH_MODELS,
  type GrowthFit,
  type GrowthModel,
  type GrowthPoint,
} from './growth.ts';
export { type CurvePoint, Histogram } from './histogram.ts';
export {
  type Bound,
  type OrderedSamples,
  orderSamples,
  orderValues,
  type SampleColumns,
} from './ordered-samples.ts';
export { atRank, maximum, mean, quantile, rankOf, samplesNeeded } from './quantile.ts';
export { type Random, seeded } from './random.ts';
export { type Better, format, formatCount, formatRound, significant, UNITS, type Unit } from './units.ts';
