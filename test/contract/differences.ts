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
const ONCE_MORE = 'An object whose last finalizer goes is stored once more before it goes: one version more.';
const ALL_AT_ONCE = 'Another selection of what is wrong is named, since checks run in another order.';

export const LOOSER: readonly Looser[] = [
  { case: 'finalizers', request: 5, because: ONCE_MORE },
  { case: 'finalizers and deletion', request: 1, because: ONCE_MORE },
  { case: 'finalizers and deletion', request: 4, because: ONCE_MORE },
  { case: 'grace by query, by spec, of an ended pod', request: 12, because: ONCE_MORE },
  { case: 'unknown and duplicate fields', request: 3, because: GO },
  { case: 'bodies that cannot be read', request: 0, because: GO },
  { case: 'bodies that cannot be read', request: 1, because: GO },
  { case: 'bodies that cannot be read', request: 3, because: GO },
  { case: 'owner references', request: 1, because: GO },
  { case: 'label selectors', request: 10, because: GO },
  { case: 'label selectors', request: 11, because: GO },
  { case: 'merge patch', request: 5, because: GO },
  { case: 'merge patch', request: 6, because: GO },
  { case: 'JSON patch', request: 3, because: 'The text also says which operation failed.' },
  { case: 'JSON patch', request: 4, because: 'The text also says which operation failed.' },
  { case: 'JSON patch', request: 5, because: GO },
  { case: 'strategic merge patch', request: 5, because: GO },
  {
    case: 'strategic merge patch',
    request: 6,
    because: 'The text does not end with a diff of Go structures.',
  },
  {
    case: 'what of a spec may change',
    request: 1,
    because: 'The text does not end with a diff of Go structures.',
  },
  { case: 'an address of its own choice', request: 8, because: 'The text names the range.' },
  { case: 'services that are refused', request: 2, because: GO },
  { case: 'services that are refused', request: 5, because: ALL_AT_ONCE },
  { case: 'node-ipam gives CIDRs once', request: 2, because: ALL_AT_ONCE },
  {
    case: 'a definition takes its objects with it',
    request: 4,
    because: 'It goes at once and not when its objects are gone.',
  },
  { case: 'endpoints', request: 1, because: 'A refused object brings no warnings.' },
  { case: 'definitions that are refused', request: 1, because: ALL_AT_ONCE },
  {
    case: 'names of namespaces',
    request: 0,
    because: 'The text says what a name may be, not what it must not.',
  },
  { case: 'status of a defined kind', request: 7, because: 'The text names the whole path.' },
  {
    case: 'objects of a defined kind',
    request: 9,
    because:
      'Who wrote a field before the first apply is not recorded, so the conflict is with before-first-apply.',
  },
  { case: 'kubectl get -w', request: 1, because: 'Every event brings its columns, not only the first.' },
];

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
  if (Array.isArray(value)) return withoutRepeats(value.map(forgive));
  if (typeof value === 'string') return PHRASES.reduce((text, phrase) => text.replace(phrase, ''), value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, forgive(item)] as const);
  return Object.fromEntries(entries.filter(([key, item]) => !FORGIVEN.has(key) && !isEmpty(item)));
}

/** kube-apiserver validates some objects twice and then names every cause twice. */
function withoutRepeats(items: unknown[]): unknown[] {
  const texts = items.map((item) => JSON.stringify(item));
  const isCause = (item: unknown) =>
    typeof item === 'object' && item !== null && 'field' in item && 'reason' in item;
  return items.filter((item, index) => !isCause(item) || texts.indexOf(texts[index] ?? '') === index);
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object') return value === '';
  return value === null || Object.keys(value).length === 0;
}
