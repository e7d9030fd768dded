export { toJson } from './format/json.ts';
export { toMarkdown } from './format/markdown.ts';
export { toText } from './format/text.ts';
export { type LiveReporter, liveReporter, type Output } from './live/live-reporter.ts';
export { type ReportModel, reportModel } from './model/report-model.ts';
export { publish, writeHtml } from './publish.ts';
export type { GateResult, GateStatus } from './verdict/gate-result.ts';
export { judge, type Outcome, type Verdict } from './verdict/judge.ts';
