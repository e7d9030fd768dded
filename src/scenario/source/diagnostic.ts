/** What kind of mistake a diagnostic is about; tests and tools match on it, people read the message. */
export type DiagnosticCode =
  | 'unreadable'
  | 'syntax'
  | 'duplicate-key'
  | 'unknown-field'
  | 'missing-field'
  | 'wrong-value'
  | 'bad-cidr'
  | 'host-bits'
  | 'overlapping-cidrs'
  | 'bad-mask'
  | 'ip-family'
  | 'not-enough-addresses'
  | 'duplicate-name'
  | 'unknown-name'
  | 'phase-order'
  | 'impossible-distribution'
  | 'bad-trace'
  | 'wrong-mode'
  | 'bad-gate'
  | 'bad-fault'
  | 'unused'
  | 'not-yet';

/** One problem of a scenario file, with where it is. Lines and columns count from 1. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  readonly severity: 'error' | 'warning';
  readonly code: DiagnosticCode;
  readonly message: string;
  /** The line concerned with carets below it; empty when there is none to show. */
  readonly frame: string;
}

/** How to paint the parts of a diagnostic; picocolors fits. */
export interface Paint {
  bold(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  dim(text: string): string;
}

const PLAIN: Paint = { bold: String, red: String, yellow: String, dim: String };

/** `file:line:col: error: message`, then the frame indented by two. */
function formatDiagnostic(problem: Diagnostic, paint: Paint = PLAIN): string {
  const place = paint.bold(`${problem.file}:${problem.line}:${problem.col}:`);
  const severity = problem.severity === 'error' ? paint.red('error:') : paint.yellow('warning:');
  const head = `${place} ${severity} ${problem.message}`;
  if (problem.frame === '') return head;
  const frame = problem.frame.split('\n').map((line) => paint.dim(`  ${line}`));
  return [head, ...frame].join('\n');
}

/** All diagnostics, one after the other. */
export function formatDiagnostics(problems: readonly Diagnostic[], paint: Paint = PLAIN): string {
  return problems.map((problem) => `${formatDiagnostic(problem, paint)}\n`).join('');
}

/** A scenario that cannot be used; carries every problem found, sorted by position. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly code = 'invalid-scenario';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(formatDiagnostics(diagnostics).trimEnd());
    this.diagnostics = diagnostics;
  }
}
