import type { Registry } from '../registry/registry.ts';

/** What every write may say about itself, from the query or from an in-process caller. */
export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  readonly subresource?: 'status';
  /** Collects what goes into `Warning` headers. */
  readonly warnings?: string[];
}

export interface DeleteOptions {
  readonly dryRun?: boolean;
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
}

/** What the operations share. */
export interface Api {
  readonly registry: Registry;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** RFC 3339 in whole seconds, as metav1.Time is written. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
