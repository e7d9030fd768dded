/** A deep copy of JSON, mutable throughout. */
export function thaw<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(thaw) as T;
  const copy: Record<string, unknown> = {};
  for (const key in value) copy[key] = thaw(value[key]);
  return copy as T;
}

/** Structural equality of JSON; shared parts are equal at once. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => jsonEqual(item, b[i]));
  }
  if (Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  let size = 0;
  for (const key in left) {
    if (left[key] === undefined) continue;
    if (!jsonEqual(left[key], right[key])) return false;
    size++;
  }
  for (const key in right) if (right[key] !== undefined) size--;
  return size === 0;
}

/** True for what Go's `omitempty` leaves out of maps and lists. */
export function isEmpty(value: object | null | undefined): boolean {
  return value === undefined || value === null || Object.keys(value).length === 0;
}
