export { type FalseAlarms, falseAlarms, type SelfTest, selfTest } from './calibration.ts';
export { compare } from './compare.ts';
export { CompareError, type CompareErrorCode } from './compare-error.ts';
export { subjectText } from './conclude.ts';
export {
  COMPARISON_FORMAT,
  type ComparedMetric,
  type ComparisonDocument,
  type ComparisonVerdict,
  comparisonSchemaText,
  type SideSummary,
} from './document.ts';
export { fieldsOf } from './fields.ts';
export type { LikenessOptions } from './likeness.ts';
export { type FoundRun, runsOfFolder } from './side/found-run.ts';
export { DISK } from './side/place.ts';
export { cellName, type ReadSideOptions, readSide, readVariants, type Side } from './side/read-side.ts';
export { type Subject, subjectsOf } from './subject.ts';
