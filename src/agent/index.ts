export type { AgentConfig, AgentNode, AgentSettings, PluginNode } from './config.ts';
export { type Conflist, fillConflist, NODE_VALUES, type NodeConflist, writeConflist } from './conflist.ts';
export { removeHostPorts } from './host-ports.ts';
export { HOLD_MS } from './pool-hold.ts';
export type { Cause, ServiceStats, ServiceWritten } from './services/index.ts';
export type { AgentEvent, AgentTrace, Collected, LinkGone, Refill, RefusedCall, Stages } from './trace.ts';
