export type { AgentConfig, AgentNode } from './config.ts';
export type { NodeNetwork } from './node-network.ts';
export type { AgentTrace, LinkGone, Stages } from './trace.ts';
