export { BenchError, type BenchErrorCode } from './bench-error.ts';
export type { Prepare } from './bench-labs.ts';
export {
  FULL,
  QUICK,
  runCniSuite,
  type SuiteOptions,
  type SuitePlan,
  type SuiteResult,
} from './cni-suite.ts';
export { toJson } from './report/to-json.ts';
export { toMarkdown } from './report/to-markdown.ts';
export { toText } from './report/to-text.ts';
