export { falseAlarmsText, selfTestText } from './calibration-text.ts';
export { comparisonBenchstat } from './comparison-benchstat.ts';
export { comparisonJson } from './comparison-json.ts';
export { comparisonCases, comparisonJunit } from './comparison-junit.ts';
export { comparisonMarkdown } from './comparison-markdown.ts';
export { comparisonHtml } from './comparison-page.ts';
export { comparisonTable, type TableOptions } from './comparison-tables.ts';
export { comparisonText } from './comparison-text.ts';
