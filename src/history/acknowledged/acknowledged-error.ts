import { type Diagnostic, formatDiagnostics } from '../../scenario/index.ts';

/** A file of acknowledged changes that cannot be used; carries every problem found, sorted by position. */
export class AcknowledgedError extends Error {
  override readonly name = 'AcknowledgedError';
  readonly code = 'invalid-acknowledged';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(formatDiagnostics(diagnostics).trimEnd());
    this.diagnostics = diagnostics;
  }
}
