export type { AgentConfig, AgentNode } from './config.ts';
export { HOLD_MS } from './pool-hold.ts';
export type { Cause, ServiceStats, ServiceWritten } from './services/index.ts';
export type { AgentTrace, LinkGone, Refill, Stages } from './trace.ts';
