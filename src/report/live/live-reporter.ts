import type { RunEvent } from '../../measure/index.ts';
import { PlainReporter } from './plain-reporter.ts';
import { TerminalReporter } from './terminal-reporter.ts';

/** Shows a run while it goes on, fed by the same events that are stored. Disposing it leaves the terminal clean. */
export interface LiveReporter extends Disposable {
  onEvent(event: RunEvent): void;
}

/** Where progress is written: a terminal or anything that takes text, such as process.stderr. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A block that updates itself on a terminal, without colours where NO_COLOR is set; a line every two seconds elsewhere. */
export function liveReporter(output: Output, env: NodeJS.ProcessEnv = process.env): LiveReporter {
  if (!output.isTTY || env.TERM === 'dumb') return new PlainReporter(output);
  return new TerminalReporter(output, !env.NO_COLOR);
}
