/**
 * Reads objects in Kubernetes' protobuf encoding into the JSON they stand for. Only requests: answers are always
 * JSON, which every client accepts as well.
 */
import { readFileSync } from 'node:fs';
import type { KubeObject } from '../../types.ts';
import { badRequest } from '../status/errors.ts';
import { fieldsOfMessage, type WireValue } from './reader.ts';
import { RECEIVED_KINDS } from './received-kinds.ts';

interface Field {
  /** '' for a struct whose fields belong to the one around it. */
  readonly name: string;
  readonly type: string;
  readonly shape: 'one' | 'list' | 'map';
  /** Zero values stand for absent ones. */
  readonly dropsZero: boolean;
}

type Messages = Readonly<Record<string, Readonly<Record<string, string>>>>;

const MAGIC = Buffer.from('k8s\0');
const layouts = new Map<string, ReadonlyMap<number, Field>>();
let messages: Messages | undefined;

/** Decodes a request's body. Throws 400; undefined for kinds whose layout is not known. */
export function decodeProtobuf(body: Buffer): KubeObject | undefined {
  if (body.length === 0) return undefined;
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw badRequest(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  try {
    const { apiVersion, kind, raw } = envelope(body.subarray(MAGIC.length));
    const id = RECEIVED_KINDS[`${apiVersion}/${kind}`] ?? RECEIVED_KINDS[kind];
    return id === undefined ? undefined : ({ kind, apiVersion, ...decodeMessage(raw, id) } as KubeObject);
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: ${(error as Error).message}`);
  }
}

/** runtime.Unknown: the type, and the object's own message. */
function envelope(message: Buffer) {
  const result = { apiVersion: '', kind: '', raw: Buffer.alloc(0) as Buffer };
  for (const [number, field] of fieldsOfMessage(message)) {
    if (field.kind !== 'bytes') continue;
    if (number === 2) result.raw = field.value;
    if (number !== 1) continue;
    for (const [part, text] of fieldsOfMessage(field.value)) {
      if (text.kind === 'bytes') result[part === 1 ? 'apiVersion' : 'kind'] = text.value.toString();
    }
  }
  return result;
}

function layoutOf(id: string): ReadonlyMap<number, Field> {
  const known = layouts.get(id);
  if (known) return known;
  messages ??= JSON.parse(readFileSync(new URL('messages.json', import.meta.url), 'utf8')) as Messages;
  const layout = new Map(
    Object.entries(messages[id] ?? {}).map(([number, text]) => [Number(number), fieldOf(text)]),
  );
  layouts.set(id, layout);
  return layout;
}

/** `name? type`; see generate.ts. */
function fieldOf(text: string): Field {
  const [, name = '', mark, prefix = '', type = ''] = /^(\w*)([?*]) (\[\]|\{\})?(.+)$/.exec(text)!;
  const shape = prefix === '[]' ? 'list' : prefix === '{}' ? 'map' : 'one';
  return { name, type, shape, dropsZero: mark === '?' };
}

function decodeMessage(message: Buffer, id: string): Record<string, unknown> {
  const layout = layoutOf(id);
  const object: Record<string, unknown> = {};
  for (const [number, value] of fieldsOfMessage(message)) {
    const field = layout.get(number);
    if (!field) continue;
    if (field.name === '') Object.assign(object, decodeValue(value, field.type));
    else if (field.shape === 'list')
      object[field.name] = [...((object[field.name] ?? []) as unknown[]), decodeValue(value, field.type)];
    else if (field.shape === 'map')
      object[field.name] = { ...(object[field.name] as object), ...mapEntry(value, field.type) };
    else {
      const decoded = decodeValue(value, field.type);
      const zero = decoded === '' || decoded === 0 || decoded === false;
      if (decoded !== undefined && !(zero && field.dropsZero)) object[field.name] = decoded;
    }
  }
  return object;
}

function mapEntry(entry: WireValue, type: string): Record<string, unknown> {
  if (entry.kind !== 'bytes') throw new Error('a map entry is a message');
  let key = '';
  let value: unknown = type === 'string' || type === 'bytes' ? '' : undefined;
  for (const [number, field] of fieldsOfMessage(entry.value)) {
    if (number === 1 && field.kind === 'bytes') key = field.value.toString();
    if (number === 2) value = decodeValue(field, type);
  }
  return { [key]: value };
}

function decodeValue(field: WireValue, type: string): unknown {
  if (field.kind === 'varint') return type === 'bool' ? field.value !== 0n : Number(field.value);
  const { value } = field;
  switch (type) {
    case 'string':
      return value.toString();
    case 'bytes':
      return value.toString('base64');
    case 'time':
      return time(value);
    case 'quantity':
      return text(value, 1);
    case 'intOrString':
      return intOrString(value);
    case 'rawJson':
      return JSON.parse(text(value, 1) || 'null');
    default:
      return decodeMessage(value, type);
  }
}

/** Seconds and nanoseconds; nothing at all is the zero time, which JSON has as null. */
function time(message: Buffer): string | undefined {
  let seconds: bigint | undefined;
  let nanos = 0n;
  for (const [number, field] of fieldsOfMessage(message)) {
    if (field.kind !== 'varint') continue;
    if (number === 1) seconds = field.value;
    else nanos = field.value;
  }
  if (seconds === undefined) return undefined;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  // metav1.MicroTime has six digits; metav1.Time never has any.
  return nanos === 0n ? `${whole}Z` : `${whole}.${String(nanos / 1000n).padStart(6, '0')}Z`;
}

function text(message: Buffer, wanted: number): string {
  for (const [number, field] of fieldsOfMessage(message)) {
    if (number === wanted && field.kind === 'bytes') return field.value.toString();
  }
  return '';
}

function intOrString(message: Buffer): number | string {
  let isText = false;
  let number = 0;
  let string = '';
  for (const [field, value] of fieldsOfMessage(message)) {
    if (value.kind === 'bytes') string = value.value.toString();
    else if (field === 1) isText = value.value === 1n;
    else number = Number(value.value);
  }
  return isText ? string : number;
}
