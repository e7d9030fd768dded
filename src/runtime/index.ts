export type { CniCall, CniParts, HarnessCost, SandboxOutcome } from './cni-call.ts';
export type { RuntimeConfig, RuntimeNode } from './config.ts';
export { type AnsweringPod, Responder } from './responder.ts';
export { SANDBOX_RETRY } from './sandbox-retry.ts';
