import type { ComparisonDocument } from '../../compare/index.ts';

/** The document itself, for programs; its schema is schemas/comparison.schema.json. */
export function comparisonJson(document: ComparisonDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
