import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { scenarioSchema } from './schema/scenario.ts';

/** The part of JSON Schema (draft-07) that zod writes and that we read. */
export interface JsonSchema {
  $id?: string;
  $ref?: string;
  title?: string;
  description?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  examples?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  definitions?: Record<string, JsonSchema>;
  [other: string]: unknown;
}

/** The JSON Schema of scenario files, as editors use it: what a file may contain, before defaults. */
export function scenarioJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(scenarioSchema, {
    io: 'input',
    target: 'draft-07',
    // zod leaves examples out where the value is transformed; ours are written as in the file.
    override: ({ zodSchema, jsonSchema }) => {
      const examples = z.globalRegistry.get(zodSchema as unknown as z.ZodType)?.examples;
      if (examples !== undefined) jsonSchema.examples = examples as typeof jsonSchema.examples & unknown[];
    },
  }) as JsonSchema;
  const spec = schema.properties!.spec!;
  const { overrides, matrix: _matrix, substrate: _substrate, ...fields } = spec.properties!;
  overrides!.additionalProperties = false;
  overrides!.properties = Object.fromEntries(
    (overrides!.propertyNames as JsonSchema).enum!.map((name) => [name, { $ref: '#/definitions/override' }]),
  );
  delete overrides!.propertyNames;
  const { $schema, ...rest } = schema;
  return {
    $schema,
    $id: 'https://churnlab.dev/schemas/scenario.schema.json',
    title: 'churnlab scenario',
    ...rest,
    definitions: { override: patchOf({ type: 'object', properties: fields, additionalProperties: false }) },
  };
}

/** What may be merged into a value of the schema: every field optional, variants flattened, no defaults. */
function patchOf(schema: JsonSchema): JsonSchema {
  const { default: _default, required: _required, examples: _examples, ...rest } = schema;
  if (rest.anyOf?.every((variant) => variant.properties !== undefined)) {
    const { anyOf: variants, ...outer } = rest;
    const patches = variants!.map((variant) => patchOf({ properties: variant.properties! }).properties!);
    return { ...outer, type: 'object', properties: joinedAll(patches), additionalProperties: false };
  }
  if (rest.properties !== undefined) {
    const properties = Object.fromEntries(
      Object.entries(rest.properties).map(([name, value]) => [
        name,
        // Phases are merged by name; other lists are replaced as a whole.
        name === 'phases'
          ? { ...value, items: { ...patchOf(value.items!), required: ['name'] } }
          : patchOf(value),
      ]),
    );
    return { ...rest, properties };
  }
  return schema.type === 'array' ? schema : rest;
}

function joinedAll(all: readonly Readonly<Record<string, JsonSchema>>[]): Record<string, JsonSchema> {
  const properties: Record<string, JsonSchema> = {};
  for (const [name, value] of all.flatMap((each) => Object.entries(each))) {
    properties[name] = joined(properties[name], value);
  }
  return properties;
}

/** One property of two variants: the values of either, and the fields of both. */
function joined(one: JsonSchema | undefined, other: JsonSchema): JsonSchema {
  if (one === undefined) return other;
  if (one.properties !== undefined && other.properties !== undefined) {
    return { ...one, properties: joinedAll([one.properties, other.properties]) };
  }
  const [values, others] = [constants(one), constants(other)];
  if (values.length === 0 && others.length === 0) return one;
  if (values.length === 0 || others.length === 0) {
    const variants = [...(one.anyOf ?? [one]), other];
    return {
      anyOf: variants.filter(
        (variant, index) => !variants.slice(0, index).some((seen) => isDeepStrictEqual(seen, variant)),
      ),
    };
  }
  const description = [one.description, other.description].filter((text) => text !== undefined).join(' ');
  const choices = { type: 'string', enum: [...new Set([...values, ...others])] };
  return description === '' ? choices : { ...choices, description };
}

function constants(schema: JsonSchema): unknown[] {
  return schema.const !== undefined ? [schema.const] : (schema.enum ?? []);
}
