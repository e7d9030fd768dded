export type VmErrorCode = 'no-such-kernel' | 'download-failed' | 'boot-failed' | 'not-up' | 'busy';

/** A virtual machine that could not be made or reached. The message is for people, with what to do. */
export class VmError extends Error {
  override readonly name = 'VmError';
  readonly code: VmErrorCode;

  constructor(code: VmErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Whether the words of the command were wrong, and not the machine. */
  get isInput(): boolean {
    return this.code === 'no-such-kernel' || this.code === 'not-up';
  }
}
