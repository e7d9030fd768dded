/**
 * Where the embedded server may answer otherwise than the recorded kube-apiserver. The list is printed in
 * docs/api-server.md; a test keeps the two the same.
 */
export interface Difference {
  /** A field, left out on both sides wherever it turns up. */
  readonly field: string;
  /** Only in answers of these kinds. */
  readonly kind?: string;
  readonly because: string;
}

export const DIFFERENCES: readonly Difference[] = [];

/** A copy of an answer without the fields that may differ. */
export function forgive(value: unknown, kind?: string): unknown {
  if (Array.isArray(value)) return value.map((item) => forgive(item, kind));
  if (typeof value !== 'object' || value === null) return value;
  const own = 'kind' in value && typeof value.kind === 'string' ? value.kind : kind;
  const forgiven = DIFFERENCES.filter(
    (difference) => difference.kind === undefined || difference.kind === own,
  );
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !forgiven.some(({ field }) => field === key))
      .map(([key, item]) => [key, forgive(item, own)]),
  );
}
