export { type EnsureOptions, ensureTool, ensureToolFolder } from './go-tool.ts';
export { ToolError, type ToolErrorCode } from './tool-error.ts';
