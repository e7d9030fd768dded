export { type EnsureOptions, ensureTool, ensureToolFolder } from './go-tool.ts';
export { locateTool, toolsFolder } from './tool-cache.ts';
export { ToolError, type ToolErrorCode } from './tool-error.ts';
