export type { CniCall, CniParts, HarnessCost, SandboxOutcome } from './cni-call.ts';
export type { RuntimeConfig, RuntimeNode } from './config.ts';
export { PodRuntime } from './pod-runtime.ts';
export { Sandboxes } from './sandboxes.ts';
