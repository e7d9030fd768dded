import { z } from 'zod';
import { runDocument } from './document.ts';

/** schemas/run.schema.json: what run.json looks like, for programs that are not ours. */
export function runSchemaText(): string {
  const schema = z.toJSONSchema(runDocument, { target: 'draft-07' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
