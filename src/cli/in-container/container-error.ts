export type ContainerErrorCode = 'no-docker' | 'image-failed' | 'start-failed';

/** `--in-container` could not do its part; what ran inside has its own errors and exit codes. */
export class ContainerError extends Error {
  override readonly name = 'ContainerError';
  readonly code: ContainerErrorCode;

  constructor(code: ContainerErrorCode, message: string, cause: unknown) {
    super(`${message}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.code = code;
  }
}
