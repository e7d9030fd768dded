import type { Status } from './types.ts';

/**
 * A request that the API refused, or that never got an answer.
 *
 * `status` is the HTTP status and `reason` the machine-readable reason of the Status body (NotFound,
 * AlreadyExists, Conflict, Expired, Invalid, Forbidden, ...). Without an answer `status` is 0 and `reason` is
 * `Unreachable`, `Timeout` or `Aborted`.
 */
export class KubeError extends Error {
  readonly status: number;
  readonly reason: string;
  /** The Status body, when there was one. */
  readonly body: Status | undefined;

  constructor(status: number, reason: string, message: string, options?: { cause?: unknown; body?: Status }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'KubeError';
    this.status = status;
    this.reason = reason;
    this.body = options?.body;
  }

  /** From a Status body, as in an error answer or in a watch's ERROR event. */
  static fromStatus(body: Status, httpStatus = 500): KubeError {
    const status = body.code ?? httpStatus;
    return new KubeError(status, body.reason ?? 'Unknown', body.message ?? `status ${status}`, { body });
  }
}

/** True for a KubeError with one of these reasons. */
export function isReason(error: unknown, ...reasons: string[]): error is KubeError {
  return error instanceof KubeError && reasons.includes(error.reason);
}
