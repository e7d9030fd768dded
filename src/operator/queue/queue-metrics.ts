import { Histogram, type MetricFamily, singles } from '../../stats/prometheus/index.ts';

/** Seconds, as client-go's workqueue_queue_duration_seconds has them where a wait can be told from none. */
const BOUNDS = [0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 60];

/** What is counted of a queue. */
export class QueueMetrics {
  readonly #waits = new Histogram(BOUNDS);
  #retries = 0;

  /** An item was taken up, this many ms after it was added. */
  taken(waitedMs: number): void {
    this.#waits.observe(waitedMs / 1000);
  }

  /** An item is to be tried again. */
  retried(): void {
    this.#retries++;
  }

  /** @param depth items that wait to be taken up; @param delayed items that wait for their time */
  families(prefix: string, depth: number, delayed: number): MetricFamily[] {
    const one = singles(prefix);
    return [
      one('queue_depth', 'gauge', 'Nodes that wait for a worker.', depth),
      one('queue_delayed', 'gauge', 'Nodes that wait for the time of their next try.', delayed),
      one('queue_retries_total', 'counter', 'Tries put off to later.', this.#retries),
      {
        name: `${prefix}queue_seconds`,
        type: 'histogram',
        help: 'From the adding of a node to the queue to a worker that takes it up.',
        samples: this.#waits.samples(),
      },
    ];
  }
}
