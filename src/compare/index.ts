export {
  COMPARISON_FORMAT,
  type ComparedMetric,
  type ComparisonDocument,
  type ComparisonVerdict,
  comparisonDocument,
  type SideSummary,
} from './document.ts';
