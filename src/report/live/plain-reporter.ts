import type { IpamSample, RunEvent } from '../../measure/index.ts';
import { format } from '../../stats/index.ts';
import type { LiveReporter, Output } from './live-reporter.ts';
import { failureText, lastingText, latencyTexts, loadText, poolTexts } from './progress-text.ts';

/** Time between two lines, ns. */
const EVERY_NS = 2e9;

/** One line every two seconds: for logs and pipes. */
export class PlainReporter implements LiveReporter {
  readonly #output: Output;
  #startNs: number | undefined;
  #nextNs = -Infinity;
  #pools: IpamSample | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  onEvent(event: RunEvent): void {
    this.#startNs ??= event.at;
    const lasting = lastingText(event, this.#startNs);
    if (lasting !== undefined) this.#output.write(`${lasting}\n`);
    if (event.kind === 'ipam') this.#pools = event.view;
    if (event.kind !== 'progress' || event.at < this.#nextNs) return;
    this.#nextNs = event.at + EVERY_NS;
    const { progress } = event;
    const parts = [
      loadText(progress),
      ...latencyTexts(progress),
      ...poolTexts(this.#pools),
      failureText(progress),
    ];
    const left = `${format(progress.remainingNs, 'ns')} left`;
    this.#output.write(`${format(event.at - this.#startNs, 'ns')}  ${[...parts, left].join(' · ')}\n`);
  }

  [Symbol.dispose](): void {}
}
