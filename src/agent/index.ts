export type { AgentConfig, AgentNode } from './config.ts';
export { NodeAgent } from './node-agent.ts';
export type { NodeNetwork } from './node-network.ts';
export type { AgentTrace, LinkGone, Stages } from './trace.ts';
