export type { AgentConfig, AgentNode, PluginNode } from './config.ts';
export { type Conflist, fillConflist, NODE_VALUES, type NodeConflist } from './conflist.ts';
export { HOLD_MS } from './pool-hold.ts';
export type { Cause, ServiceStats, ServiceWritten } from './services/index.ts';
export type { AgentTrace, LinkGone, Refill, Stages } from './trace.ts';
