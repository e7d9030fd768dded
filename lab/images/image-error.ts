export type ImageErrorCode =
  | 'base-failed'
  | 'store-failed'
  | 'load-failed'
  | 'unknown-upstream'
  | 'unknown-version';

/** An image that could not be built. The message is one line; the output of what failed is in `output`. */
export class ImageError extends Error {
  readonly code: ImageErrorCode;
  readonly output: string;

  constructor(code: ImageErrorCode, message: string, output = '') {
    super(message);
    this.name = 'ImageError';
    this.code = code;
    this.output = output;
  }
}
