export { writeSuitePage } from './suite-page.ts';
export { readSuite, type SuiteRuns } from './suite-runs.ts';
export { suiteJson, suiteMarkdown, suiteText } from './suite-text.ts';
