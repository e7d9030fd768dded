import { comparisonSchemaText } from '../compare/index.ts';
import { acknowledgedSchemaText, historySchemaText } from '../history/index.ts';
import {
  matrixSchemaText,
  metricsReference,
  runSchemaText,
  seriesSchemaText,
  suiteResultSchemaText,
} from '../measure/index.ts';
import { nightlyListSchemaText, nightSchemaText } from '../nightly/index.ts';
import { suiteSchemaText } from '../scenario/index.ts';
import { scenarioReference, scenarioSchemaText } from '../scenario/reference/index.ts';
import { CHART_CRDS } from './chart-crds.ts';

/** Files of the repository that are written by a program: `npm run generate` writes them, a test compares. */
export const GENERATED: readonly { readonly file: string; text(): string }[] = [
  { file: 'schemas/scenario.schema.json', text: scenarioSchemaText },
  { file: 'schemas/suite.schema.json', text: suiteSchemaText },
  { file: 'schemas/suite-result.schema.json', text: suiteResultSchemaText },
  { file: 'docs/scenarios.md', text: scenarioReference },
  { file: 'schemas/run.schema.json', text: runSchemaText },
  { file: 'schemas/matrix.schema.json', text: matrixSchemaText },
  { file: 'schemas/series.schema.json', text: seriesSchemaText },
  { file: 'schemas/comparison.schema.json', text: comparisonSchemaText },
  { file: 'schemas/history.schema.json', text: historySchemaText },
  { file: 'schemas/acknowledged-changes.schema.json', text: acknowledgedSchemaText },
  { file: 'schemas/nightly.schema.json', text: nightSchemaText },
  { file: 'schemas/nightly-list.schema.json', text: nightlyListSchemaText },
  { file: 'docs/metrics.md', text: metricsReference },
  ...CHART_CRDS,
];
