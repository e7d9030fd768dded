export { AgentProcess, type AgentProcessOptions } from './agent-process.ts';
