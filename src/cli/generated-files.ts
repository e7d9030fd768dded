import { matrixSchemaText, metricsReference, runSchemaText } from '../measure/index.ts';
import { scenarioReference, scenarioSchemaText } from '../scenario/reference/index.ts';

/** Files of the repository that are written by a program: `npm run generate` writes them, a test compares. */
export const GENERATED: readonly { readonly file: string; text(): string }[] = [
  { file: 'schemas/scenario.schema.json', text: scenarioSchemaText },
  { file: 'docs/scenarios.md', text: scenarioReference },
  { file: 'schemas/run.schema.json', text: runSchemaText },
  { file: 'schemas/matrix.schema.json', text: matrixSchemaText },
  { file: 'docs/metrics.md', text: metricsReference },
];
