import type { RunEvent } from '../../measure/index.ts';
import { format } from '../../stats/index.ts';
import type { LiveReporter, Output } from './live-reporter.ts';
import { LiveState } from './live-state.ts';
import { failureText, lastingText, latencyTexts, leftText, loadText, poolTexts } from './progress-text.ts';

/** Time between two lines, ns. */
const EVERY_NS = 2e9;

/** One line every two seconds: for logs and pipes. */
export class PlainReporter implements LiveReporter {
  readonly #output: Output;
  readonly #state = new LiveState();
  #nextNs = -Infinity;

  constructor(output: Output) {
    this.#output = output;
  }

  onEvent(event: RunEvent): void {
    this.#state.onEvent(event);
    const startNs = this.#state.startNs!;
    const lasting = lastingText(event, startNs);
    if (lasting !== undefined) this.#output.write(`${lasting}\n`);
    if (event.kind !== 'progress' || event.at < this.#nextNs) return;
    this.#nextNs = event.at + EVERY_NS;
    const { progress } = event;
    const parts = [
      loadText(progress),
      ...latencyTexts(progress),
      ...poolTexts(this.#state.pools),
      failureText(progress),
      leftText(progress),
    ].filter((text) => text !== '');
    this.#output.write(`${format(event.at - startNs, 'ns')}  ${parts.join(' · ')}\n`);
  }

  [Symbol.dispose](): void {}
}
