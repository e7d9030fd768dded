/** Why a lab could not be brought up, found or taken down. */
export type LabErrorCode =
  | 'bad-name'
  | 'bad-spec'
  | 'already-up'
  | 'not-up'
  | 'no-such-place'
  | 'busy'
  | 'not-possible-here'
  | 'unfit-cluster'
  | 'not-ready'
  | 'step-failed'
  | 'left-behind';

/** Codes that are the caller's mistake rather than the lab's. */
const INPUT: ReadonlySet<LabErrorCode> = new Set([
  'bad-name',
  'bad-spec',
  'already-up',
  'not-up',
  'no-such-place',
  'unfit-cluster',
]);

/** A lab that cannot do what was asked; the message names the next step. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: LabErrorCode;

  constructor(code: LabErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** True when other input would have helped (exit code 2). */
  get isInput(): boolean {
    return INPUT.has(this.code);
  }
}
