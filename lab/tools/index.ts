export { isAtLeast } from './go.ts';
export { type EnsureOptions, ensureTool, ensureToolFolder } from './go-tool.ts';
export { newestGo } from './manifest.ts';
export { moduleSource } from './module-source.ts';
export { toolVersion } from './tool-cache.ts';
export { ToolError, type ToolErrorCode } from './tool-error.ts';
