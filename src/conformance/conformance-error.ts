/** Why nothing could be asked. */
export type ConformanceErrorCode = 'no-such-requirement' | 'two-networks' | 'unusable-network';

/** Conformance could not be tested; the message names the next step. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
  readonly code: ConformanceErrorCode;

  constructor(code: ConformanceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** True when other input would have helped (exit code 2). */
  get isInput(): boolean {
    return this.code !== 'unusable-network';
  }
}
