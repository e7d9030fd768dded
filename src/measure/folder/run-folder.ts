import { mkdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunEvent } from '../events.ts';
import type { SampleSink } from '../recorder.ts';
import type { Sample } from '../sample.ts';
import { ColumnFile } from './column-file.ts';
import type { RunDocument } from './document.ts';
import { EventFile } from './event-file.ts';
import { folderName } from './folder-name.ts';
import { isHighRate, LineFile } from './line-file.ts';

/** Names inside a run folder. */
export const FILES = {
  document: 'run.json',
  samples: 'samples.jsonl.gz',
  columns: 'samples.columns',
  events: 'events.jsonl',
  report: 'report.html',
} as const;

/**
 * The folder of a run while it goes on: takes samples (as the sink of a Recorder) and events. Disposing it
 * without `finish` leaves a folder without run.json, which readers call unfinished.
 */
export class RunFolder implements SampleSink, AsyncDisposable {
  readonly path: string;
  /** The last part of the path, which is the id of the run. */
  readonly id: string;
  readonly #lines: LineFile;
  readonly #columns: ColumnFile;
  readonly #events: EventFile;
  readonly #allInColumns: boolean;
  #closed = false;

  private constructor(results: string, id: string, allInColumns: boolean) {
    this.id = id;
    this.#allInColumns = allInColumns;
    this.path = path.join(results, id);
    mkdirSync(this.path, { recursive: true });
    this.#lines = new LineFile(path.join(this.path, FILES.samples));
    this.#columns = new ColumnFile(path.join(this.path, FILES.columns));
    this.#events = new EventFile(path.join(this.path, FILES.events));
  }

  /**
   * Makes `<results>/<UTC time>-<scenario>-<short id>/`. With `columns` all samples go into the columnar file: for a
   * simulation, which has more of each metric than a lab.
   */
  static create(results: string, scenario: string, now = new Date(), { columns = false } = {}): RunFolder {
    return new RunFolder(path.resolve(results), folderName(scenario, now), columns);
  }

  write(sample: Sample): void {
    if (this.#allInColumns || isHighRate(sample)) this.#columns.write(sample);
    else this.#lines.write(sample);
  }

  event(event: RunEvent): void {
    this.#events.write(event);
  }

  /** Waits until all samples and events are in their files. Throws what a write failed with. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#events.close();
    await Promise.all([this.#lines.close(), this.#columns.close()]);
  }

  /** Closes the files and writes run.json, whole or not at all. */
  async finish(document: RunDocument): Promise<void> {
    await this.close();
    const file = path.join(this.path, FILES.document);
    await writeFile(`${file}.tmp`, `${JSON.stringify(document, null, 1)}\n`);
    await rename(`${file}.tmp`, file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
