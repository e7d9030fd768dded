/**
 * The definitions of OpenAPI v2 in protobuf (github.com/google/gnostic-models: openapiv2/OpenAPIv2.proto): the
 * only form in which kubectl reads them, which it does for lists of kind `List`.
 */
import { message, type Value } from '../protobuf/writer.ts';

/** As kube-apiserver answers; in the Accept header clients write `v2@v1.0`, which is no valid media type. */
export const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

type Field = readonly [number: number, value: Value];

interface Definition {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Definition>>;
  readonly items?: Definition;
  readonly additionalProperties?: Definition;
  readonly [extension: `x-${string}`]: unknown;
}

interface Document {
  readonly info: { readonly title: string; readonly version: string };
  readonly definitions: Readonly<Record<string, unknown>>;
}

/** Field numbers of the message Schema. */
const SCHEMA = {
  ref: 1,
  format: 2,
  required: 19,
  additionalProperties: 21,
  type: 22,
  items: 23,
  properties: 25,
  extension: 31,
} as const;

/** Encodes a document; its paths are left out, as nothing reads them in this form. */
export function encodeOpenApiV2({ info, definitions }: Document): Buffer {
  const named = Object.entries(definitions).map(
    ([name, one]): Field => [1, namedSchema(name, one as Definition)],
  );
  return message(
    [1, '2.0'],
    [2, message([1, info.title], [2, info.version])],
    [8, message()],
    [9, message(...named)],
  );
}

function namedSchema(name: string, definition: Definition): Buffer {
  return message([1, name], [2, schema(definition)]);
}

function schema(definition: Definition): Buffer {
  const { $ref, type, format, required = [], properties, items, additionalProperties } = definition;
  const fields: Field[] = [];
  if ($ref !== undefined) fields.push([SCHEMA.ref, $ref]);
  if (format !== undefined) fields.push([SCHEMA.format, format]);
  for (const name of required) fields.push([SCHEMA.required, name]);
  if (additionalProperties)
    fields.push([SCHEMA.additionalProperties, message([1, schema(additionalProperties)])]);
  if (type !== undefined) fields.push([SCHEMA.type, message([1, type])]);
  if (items) fields.push([SCHEMA.items, message([1, schema(items)])]);
  if (properties) {
    const named = Object.entries(properties).map(([name, one]): Field => [1, namedSchema(name, one)]);
    fields.push([SCHEMA.properties, message(...named)]);
  }
  for (const [name, value] of Object.entries(definition)) {
    // Extensions are YAML, of which JSON is a part.
    if (name.startsWith('x-'))
      fields.push([SCHEMA.extension, message([1, name], [2, message([2, JSON.stringify(value)])])]);
  }
  return message(...fields);
}
