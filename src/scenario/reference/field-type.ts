import type { JsonSchema } from '../json-schema.ts';
import { DURATION, RATE } from '../schema/quantities.ts';

/** What may stand in a field, for people: `duration`, `1 to 5,000`, `pod | cni`. */
export function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.items !== undefined) return `list of ${listItem(schema.items)}`;
  if (schema.anyOf !== undefined)
    return isFields(schema) ? 'fields' : [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.properties !== undefined || schema.additionalProperties !== undefined) return 'fields';
  if (schema.type === 'integer') {
    const [min, max] = [schema.minimum, schema.maximum].map((limit) => limit?.toLocaleString('en-US'));
    return `${min} to ${max}`;
  }
  if (schema.type === 'number') return 'number';
  if (schema.type === 'boolean') return '`true`, `false`';
  return textType(schema);
}

/** Whether the field holds fields of its own, in one variant or several. */
export function isFields(schema: JsonSchema): boolean {
  if (schema.anyOf !== undefined) return schema.anyOf.every(isFields);
  return schema.properties !== undefined;
}

function textType(schema: JsonSchema): string {
  const all = schema.allOf as JsonSchema[] | undefined;
  const patterns = [schema.pattern, ...(all ?? []).map(({ pattern }) => pattern)].flatMap(
    (pattern) => pattern ?? [],
  );
  const positive = patterns.includes('[1-9]') ? ' above zero' : '';
  if (patterns.includes(DURATION.source)) return `duration${positive}`;
  if (patterns.includes(RATE.source)) return `rate${positive}`;
  if (patterns.some((pattern) => pattern.includes(DURATION.source)))
    return 'duration, rate, percentage, size';
  return 'text';
}

function listItem(schema: JsonSchema): string {
  const type = typeOf(schema);
  return type === 'text' && schema.pattern?.includes('/') ? 'CIDRs' : type;
}
