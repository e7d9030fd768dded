import pc from 'picocolors';
import type { RunEvent } from '../../measure/index.ts';
import { frame, type Segment, type Tone } from './frame.ts';
import type { LiveReporter, Output } from './live-reporter.ts';
import { LiveState } from './live-state.ts';
import { lastingText } from './progress-text.ts';

/** Cursor up `n` lines and to the left edge, then erase to the end of the screen (ECMA-48 CPL and ED). */
const rewind = (lines: number) => (lines > 0 ? `\x1b[${lines}F\x1b[J` : '');

/** One block at the bottom that is drawn over; what lasts scrolls by above it. */
export class TerminalReporter implements LiveReporter {
  readonly #output: Output;
  readonly #paint: (segment: Segment) => string;
  readonly #state = new LiveState();
  #drawn = 0;

  constructor(output: Output, color: boolean) {
    this.#output = output;
    this.#paint = painter(color);
  }

  onEvent(event: RunEvent): void {
    this.#state.onEvent(event);
    const lasting = lastingText(event, this.#state.startNs!);
    if (event.kind === 'run.ended') this.#draw([]);
    else if (lasting !== undefined) this.#draw(this.#frame(), lasting);
    else if (event.kind === 'progress') this.#draw(this.#frame());
  }

  [Symbol.dispose](): void {
    this.#draw([]);
  }

  #frame(): string[] {
    const lines = frame(this.#state, this.#output.columns ?? 80);
    return lines.map((line) => line.map(this.#paint).join('').trimEnd());
  }

  #draw(block: readonly string[], lasting?: string): void {
    // What lasts may wrap: it is not counted again.
    const text = [...(lasting === undefined ? [] : [lasting]), ...block].map((line) => `${line}\n`).join('');
    if (this.#drawn > 0 || text !== '') this.#output.write(rewind(this.#drawn) + text);
    this.#drawn = block.length;
  }
}

function painter(color: boolean): (segment: Segment) => string {
  const { dim, bold, cyan, yellow, red } = pc.createColors(color);
  const tones: Record<Tone, (text: string) => string> = {
    ...{ plain: (text) => text, dim, strong: bold },
    ...{ plot: cyan, doubt: yellow, bad: red },
  };
  return ({ text, tone }) => (text === '' ? '' : tones[tone](text));
}
