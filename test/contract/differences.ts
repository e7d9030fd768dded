import type { Exchange } from './run-case.ts';

/**
 * Where the embedded server may answer otherwise than the recorded kube-apiserver. The list is printed in
 * docs/api-server.md; a test keeps the two the same.
 */
export interface Difference {
  /** A field, left out on both sides wherever it turns up; `(empty)` stands for fields with null, {}, [] or "". */
  readonly field: string;
  readonly because: string;
}

export const DIFFERENCES: readonly Difference[] = [
  {
    field: 'managedFields',
    because:
      'Kept only for objects that somebody has applied: recording who set what at every write would cost more than the write.',
  },
  {
    field: '(empty)',
    because:
      'Go leaves some empty fields out and writes others as null, {} or "", type by type; here they stay as they were sent.',
  },
  {
    field: 'serviceAccount',
    because:
      'Set to default as with the ServiceAccount plugin, which the recorded server ran without; no token is mounted.',
  },
  { field: 'serviceAccountName', because: 'As above.' },
  { field: 'description', because: 'Of table columns: kubectl does not print them.' },
  { field: 'storageVersionHash', because: 'For storage migration, of which there is none.' },
  { field: 'daemonEndpoints', because: 'The port of a kubelet that is not there.' },
];

/** Answers of which only status, code and reason are promised. */
export interface Looser {
  readonly case: string;
  /** Index of the request in its case. */
  readonly request: number;
  readonly because: string;
}

const GO = 'The text is that of a parser or printer of Go.';
const STORED_ONCE_MORE =
  'An object whose last finalizer goes is stored once more before it goes: one version more.';

export const LOOSER: readonly Looser[] = [];

/** Parts of messages that speak of what is not there: etcd and protobuf. */
const PHRASES: readonly RegExp[] = [
  /StorageError: invalid object, Code: 4, Key: [^,]+, ResourceVersion: 0, AdditionalErrorMsg: /g,
  /, application\/vnd\.kubernetes\.protobuf(;stream=watch)?/g,
];

/** An answer as far as it is compared. */
export function compared(exchange: Exchange, name: string, index: number): unknown {
  const looser = LOOSER.some((one) => one.case === name && one.request === index);
  if (!looser) return forgive(exchange);
  const { request, status, answer } = exchange;
  const { code, reason } = (answer ?? {}) as { code?: number; reason?: string };
  return { request, status, code, reason };
}

const FORGIVEN = new Set(DIFFERENCES.map(({ field }) => field));

/** A copy of an answer without the fields that may differ. */
function forgive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(forgive);
  if (typeof value === 'string') return PHRASES.reduce((text, phrase) => text.replace(phrase, ''), value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, forgive(item)] as const);
  return Object.fromEntries(entries.filter(([key, item]) => !FORGIVEN.has(key) && !isEmpty(item)));
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object') return value === '';
  return value === null || Object.keys(value).length === 0;
}
