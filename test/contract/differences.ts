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

/** Parts of messages that speak of what is not there: etcd and protobuf. */
const PHRASES: readonly RegExp[] = [
  /StorageError: invalid object, Code: 4, Key: [^,]+, ResourceVersion: 0, AdditionalErrorMsg: /g,
  /, application\/vnd\.kubernetes\.protobuf(;stream=watch)?/g,
];

const FORGIVEN = new Set(DIFFERENCES.map(({ field }) => field));

/** A copy of an answer without the fields that may differ. */
export function forgive(value: unknown): unknown {
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
