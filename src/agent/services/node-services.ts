import type { ServiceDatapath, ServicePortSpec } from '../../datapath/services/index.ts';
import type { Cause, ServiceFollower } from './service-feed.ts';
import type { TableChange } from './service-table.ts';

/** A change of a Service is in the kernel of a node. */
export interface ServiceWritten {
  readonly node: string;
  /** `namespace/name`. */
  readonly service: string;
  readonly cause: Cause;
  /** CLOCK_MONOTONIC in ns. */
  readonly writtenNs: number;
}

/** What of Services and of their maps somebody may want to watch. */
export interface ServiceStats {
  readonly services: number;
  readonly backends: number;
  /** Service ports that did not fit. */
  readonly failed: number;
  readonly usage: ReturnType<ServiceDatapath['usage']>;
  readonly counters: ReturnType<ServiceDatapath['metrics']>;
}

export interface NodeServicesOptions {
  readonly node: string;
  readonly datapath: ServiceDatapath;
  readonly onWritten: (written: ServiceWritten) => void;
  readonly log: (message: string, detail?: unknown) => void;
}

/** Keeps the Services of one node in step with the API. What does not fit is tried again whenever room may have come. */
export class NodeServices implements ServiceFollower {
  readonly node: string;
  readonly datapath: ServiceDatapath;
  readonly #options: NodeServicesOptions;
  readonly #failed = new Map<string, ServicePortSpec>();

  constructor(options: NodeServicesOptions) {
    this.#options = options;
    this.node = options.node;
    this.datapath = options.datapath;
  }

  load(specs: Iterable<ServicePortSpec>): void {
    const wanted = [...specs];
    try {
      this.datapath.load(wanted);
    } catch (error) {
      const there = new Set(this.datapath.keys());
      for (const spec of wanted) if (!there.has(spec.key)) this.#failed.set(spec.key, spec);
      this.#complain(error);
    }
  }

  change({ service, set, deleted }: TableChange, cause: Cause): void {
    let complete = true;
    for (const key of deleted) {
      this.#failed.delete(key);
      this.datapath.delete(key);
    }
    for (const spec of set) complete = this.#set(spec) && complete;
    if (deleted.length > 0) this.retry();
    if (!complete) return;
    const writtenNs = Number(process.hrtime.bigint());
    this.#options.onWritten({ node: this.node, service, cause, writtenNs });
  }

  /** Forgets flows that have ended, and tries what did not fit. To be called now and then. */
  sweep(): void {
    this.datapath.sweep();
    this.retry();
  }

  /** Tries once more what did not fit. */
  retry(): void {
    for (const spec of [...this.#failed.values()]) if (!this.#set(spec)) return;
  }

  stats(): ServiceStats {
    const usage = this.datapath.usage();
    return {
      services: [...this.datapath.keys()].length,
      backends: usage.backends.used,
      failed: this.#failed.size,
      usage,
      counters: this.datapath.metrics(),
    };
  }

  #set(spec: ServicePortSpec): boolean {
    try {
      this.datapath.set(spec);
      this.#failed.delete(spec.key);
      return true;
    } catch (error) {
      // Said once for each, not each time it is tried.
      if (!this.#failed.has(spec.key)) this.#complain(error);
      this.#failed.set(spec.key, spec);
      return false;
    }
  }

  #complain(error: unknown): void {
    this.#options.log((error as Error).message, error);
  }
}
