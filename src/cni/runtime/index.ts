export type { Attachment } from './attachment.ts';
export { CniCallError, type CniCallErrorCode } from './call-error.ts';
export { type AddOutcome, CniRuntime, type CniRuntimeOptions, type GcOutcome } from './cni-runtime.ts';
export { loadFirstNetwork, loadNetwork, readNetwork } from './config-files.ts';
export type { Executor, PluginCall, PluginOutcome } from './executor.ts';
export { type CachedAttachment, DEFAULT_CACHE_DIR } from './result-cache.ts';
export { type SpawnOptions, spawnExecutor } from './spawn-executor.ts';
export type { ChainTiming, PluginTiming } from './timing.ts';
