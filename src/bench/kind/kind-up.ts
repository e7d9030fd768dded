import { monotonicNs } from '../../measure/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import { downKind, KindLab, LabDirectory, upKind } from '../../substrate/index.ts';
import type { KindMachine } from './kind-machine.ts';

/** A part of `lab up`, as the command names it. */
export interface Step {
  readonly name: string;
  readonly ns: number;
}

/** One `lab up`: from the command to all pods Ready. */
export interface UpRun {
  readonly steps: readonly Step[];
  readonly totalNs: number;
}

/** Clocks steps that are told when they begin. */
export class StepClock {
  readonly #steps: Step[] = [];
  #current: { readonly name: string; readonly since: number } | undefined;

  /** What is in brackets behind a name is of one machine, or of one lab. */
  readonly begin = (name: string): void => {
    this.end();
    this.#current = { name: name.replace(/ \(.*$/, ''), since: monotonicNs() };
  };

  /** The current step is over. Returns all there were. */
  end(): readonly Step[] {
    if (this.#current) {
      const { name, since } = this.#current;
      this.#steps.push({ name, ns: monotonicNs() - since });
      this.#current = undefined;
    }
    return this.#steps;
  }
}

/** A kind lab of the bench's own; gone when it is disposed of, and with it the daemon that was started for it. */
export class BenchKind implements AsyncDisposable {
  readonly run: UpRun;
  readonly lab: KindLab;
  readonly #directory: LabDirectory;
  readonly #machine: KindMachine;

  private constructor(run: UpRun, lab: KindLab, directory: LabDirectory, machine: KindMachine) {
    this.run = run;
    this.lab = lab;
    this.#directory = directory;
    this.#machine = machine;
  }

  /** Does what `lab up` does, clocked. @throws LabError; whatever the machine's preparation throws */
  static async up(spec: LabSpec, machine: KindMachine): Promise<BenchKind> {
    const directory = new LabDirectory(`bench-kind-${process.pid}`);
    const clock = new StepClock();
    const begun = monotonicNs();
    try {
      const options = await machine.prepare(spec, clock.begin);
      await upKind(directory, spec, { ...options, progress: clock.begin });
      const run = { totalNs: monotonicNs() - begun, steps: clock.end() };
      return new BenchKind(run, await KindLab.open(directory.name), directory, machine);
    } catch (error) {
      await machine.release();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
    await downKind(this.#directory, () => {});
    await this.#machine.release();
  }
}
