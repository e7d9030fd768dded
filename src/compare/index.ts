export { compare } from './compare.ts';
export { CompareError, type CompareErrorCode } from './compare-error.ts';
export { subjectText } from './conclude.ts';
export {
  COMPARISON_FORMAT,
  type ComparedMetric,
  type ComparisonDocument,
  type ComparisonVerdict,
  comparisonDocument,
  type SideSummary,
} from './document.ts';
export type { LikenessOptions } from './likeness.ts';
export type { FoundRun } from './side/found-run.ts';
export { type ReadSideOptions, readSide, readVariants, type Side } from './side/read-side.ts';
