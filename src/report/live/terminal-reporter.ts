import type { IpamSample, Progress, RunEvent } from '../../measure/index.ts';
import { format } from '../../stats/index.ts';
import type { LiveReporter, Output } from './live-reporter.ts';
import { failureText, lastingText, latencyTexts, loadText, poolTexts } from './progress-text.ts';

const BAR = 24;
/** Cursor up `n` lines and to the left edge, then erase to the end of the screen (ECMA-48 CPL and ED). */
const rewind = (lines: number) => (lines > 0 ? `\x1b[${lines}F\x1b[J` : '');

/** One block at the bottom that is drawn over; what lasts scrolls by above it. */
export class TerminalReporter implements LiveReporter {
  readonly #output: Output;
  #startNs: number | undefined;
  #phase = '';
  #block: readonly string[] = [];
  #pools: IpamSample | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  onEvent(event: RunEvent): void {
    this.#startNs ??= event.at;
    if (event.kind === 'ipam') this.#pools = event.view;
    if (event.kind === 'phase.started') this.#phase = event.phase;
    const lasting = lastingText(event, this.#startNs);
    if (event.kind === 'progress') this.#draw([], this.#lines(event.progress, event.at - this.#startNs));
    else if (lasting !== undefined) this.#draw([lasting], this.#block);
    else if (event.kind === 'run.ended') this.#draw([], []);
  }

  [Symbol.dispose](): void {
    this.#draw([], []);
  }

  #lines(progress: Progress, elapsedNs: number): string[] {
    const share = progress.planned > 0 ? Math.min(1, progress.started / progress.planned) : 0;
    const full = Math.round(share * BAR);
    const pools = poolTexts(this.#pools).join(' · ');
    return [
      `${this.#phase} ${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${Math.floor(share * 100)} % · ${format(elapsedNs, 'ns')} · ${format(progress.remainingNs, 'ns')} left`,
      loadText(progress),
      ...latencyTexts(progress),
      ...(pools === '' ? [] : [pools]),
      failureText(progress),
    ];
  }

  #draw(lasting: readonly string[], block: readonly string[]): void {
    const text = [...lasting, ...block].map((line) => `${this.#fit(line)}\n`).join('');
    if (this.#block.length > 0 || text !== '') this.#output.write(rewind(this.#block.length) + text);
    this.#block = block;
  }

  /** A line that wraps would make the block taller than is known. */
  #fit(line: string): string {
    const width = this.#output.columns ?? 80;
    return line.length < width ? line : `${line.slice(0, width - 2)}…`;
  }
}
