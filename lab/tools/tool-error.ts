export type ToolErrorCode = 'go-missing' | 'go-too-old' | 'build-failed';

/** A tool that could not be built. The message is one line; the compiler's output is in `output`. */
export class ToolError extends Error {
  readonly code: ToolErrorCode;
  readonly output: string;

  constructor(code: ToolErrorCode, message: string, output = '') {
    super(message);
    this.name = 'ToolError';
    this.code = code;
    this.output = output;
  }
}
