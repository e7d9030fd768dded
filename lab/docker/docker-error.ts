export type DockerErrorCode = 'no-docker' | 'not-root' | 'start-failed' | 'stop-failed';

/** Docker could not be had. The message is one line and says what to do; what the daemon wrote is in `output`. */
export class DockerError extends Error {
  readonly code: DockerErrorCode;
  readonly output: string;

  constructor(code: DockerErrorCode, message: string, output = '') {
    super(message);
    this.name = 'DockerError';
    this.code = code;
    this.output = output;
  }
}
