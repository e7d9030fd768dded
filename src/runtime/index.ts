export type { CniCall, CniParts, HarnessCost, SandboxOutcome } from './cni-call.ts';
export type { RuntimeConfig, RuntimeNode } from './config.ts';
export { SANDBOX_RETRY } from './sandbox-retry.ts';
