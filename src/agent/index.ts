export type { AgentConfig, AgentNode } from './config.ts';
export type { AgentTrace, LinkGone, Refill, Stages } from './trace.ts';
export type { Cause, ServiceStats, ServiceWritten } from './services/index.ts';
