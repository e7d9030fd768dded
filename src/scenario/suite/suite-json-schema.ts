import { z } from 'zod';
import type { JsonSchema } from '../json-schema.ts';
import { suiteSchema } from './suite-schema.ts';

/** schemas/suite.schema.json: what a suite file may contain. */
export function suiteJsonSchema(): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(suiteSchema, {
    io: 'input',
    target: 'draft-07',
    // As in src/scenario/json-schema.ts: zod leaves examples out where the value is transformed.
    override: ({ zodSchema, jsonSchema }) => {
      const examples = z.globalRegistry.get(zodSchema as unknown as z.ZodType)?.examples;
      if (examples !== undefined) jsonSchema.examples = examples as typeof jsonSchema.examples & unknown[];
    },
  }) as JsonSchema;
  return {
    $schema,
    $id: 'https://churnlab.dev/schemas/suite.schema.json',
    title: 'churnlab suite',
    ...rest,
  };
}

export function suiteSchemaText(): string {
  return `${JSON.stringify(suiteJsonSchema(), null, 2)}\n`;
}
