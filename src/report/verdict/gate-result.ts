import type { GateSpec } from '../../measure/index.ts';

/**
 * `inconclusive`: neither held nor broken can be said; `not applicable`: it asks for what the network has not. `reason`
 * says why.
 */
export type GateStatus = 'held' | 'broken' | 'inconclusive' | 'not applicable';

export interface GateResult {
  readonly gate: GateSpec;
  /** What is limited: `cni.add p99`, `failed`, `invariants`. */
  readonly subject: string;
  readonly status: GateStatus;
  /** What was found, for people: `12.3 ms`, `≥ 10.0 s`. */
  readonly found: string;
  /** What was asked: `≤ 20ms`. */
  readonly asked: string;
  readonly reason?: string;
}
