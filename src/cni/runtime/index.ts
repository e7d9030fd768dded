export type { Attachment } from './attachment.ts';
export { CniCallError, type CniCallErrorCode } from './call-error.ts';
export { type AddOutcome, CniRuntime, type CniRuntimeOptions, type GcOutcome } from './cni-runtime.ts';
export { loadFirstNetwork, loadNetwork } from './config-files.ts';
export type { Executor, PluginCall, PluginOutcome } from './executor.ts';
export type { CachedAttachment } from './result-cache.ts';
export { type SpawnOptions, spawnExecutor } from './spawn-executor.ts';
export type { ChainTiming, PluginTiming } from './timing.ts';
