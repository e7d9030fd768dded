export { bootstrapQuantiles, type Interval, MIN_CLUSTERS } from './bootstrap.ts';
export * from './change/index.ts';
export {
  fitGrowth,
  type GrowthFit,
  type GrowthModel,
  type GrowthPoint,
} from './growth.ts';
export { type CurvePoint, Histogram } from './histogram.ts';
export { type Measured, median } from './measured.ts';
export { normalQuantile } from './normal.ts';
export {
  type Bound,
  type OrderedSamples,
  orderSamples,
  orderValues,
  type SampleColumns,
} from './ordered-samples.ts';
export { maximum, mean, quantile, rankOf, samplesNeeded } from './quantile.ts';
export { type Random, seeded } from './random.ts';
export * from './rank/index.ts';
export * from './resample/index.ts';
export { studentQuantile } from './student.ts';
export { type Better, format, formatCount, formatRound, UNITS, type Unit } from './units.ts';
