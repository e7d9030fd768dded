export type { BatchCounts, BatchKind, BatchSpec } from './batch.ts';
export { GO_DEBUG, startDaemonDialer } from './daemon-dialer.ts';
export type { GeneratorLimit, KindLimit } from './generator-limit.ts';
export type {
  DialerProcess,
  ScriptFiles,
  ScriptPod,
  ScriptPods,
  ScriptStart,
  TrafficHost,
  TrafficPlace,
  TrafficPrograms,
} from './host.ts';
export { K6_ENVIRONMENT, type ScriptResult, type ScriptSpec } from './k6-script.ts';
export type { ScriptCounts } from './k6-summary.ts';
export {
  type ConnectionLoad,
  type LimitUse,
  limitUses,
  type NamespaceLimits,
} from './limits.ts';
export { type Answer, type AnswerCounts, type Judgement, Membership } from './membership.ts';
export {
  type Probe,
  type ProbeReport,
  type ProbeSpec,
  programmedSample,
  removedSample,
  type Seen,
} from './probe.ts';
export type { Latency, TrafficResult } from './result.ts';
export { Traffic } from './traffic.ts';
export { TrafficError, type TrafficErrorCode } from './traffic-error.ts';
