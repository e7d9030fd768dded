/** What answers the verbs: the agent, or a test. */
import type { CniResult } from '../result.ts';
import type { AddRequest, CheckRequest, DelRequest, GcRequest, StatusRequest } from './request.ts';

/**
 * Each method throws CniError for what the specification or docs/cni.md has a code for; anything else becomes
 * 999. Calls for one container never overlap, and GC overlaps with nothing but STATUS.
 */
export interface CniBackend {
  /** Attaches; the result is converted to the version of the configuration afterwards. */
  add(request: AddRequest): Promise<CniResult>;
  /** Detaches; resolves also when there is nothing to detach. */
  del(request: DelRequest): Promise<void>;
  check(request: CheckRequest): Promise<void>;
  gc(request: GcRequest): Promise<void>;
  status(request: StatusRequest): Promise<void>;
}
