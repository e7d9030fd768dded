import type { FailureClass } from '../cni/index.ts';
import type { Planned } from '../scenario/index.ts';

/** What a driver tells of its pods. Instants are CLOCK_MONOTONIC in ns; each is told once per pod, in this order. */
export interface PodObserver {
  scheduled(name: string, at: number): void;
  /** The pod has its IP. */
  sandbox(name: string, at: number): void;
  ready(name: string, at: number): void;
  /** An attempt to start it failed; others may follow. */
  refused(name: string, cause: FailureClass, message: string): void;
  gone(name: string, at: number): void;
}

/** How pods are started and ended: through the API, or by driving the plugin alone. */
export interface Driver extends AsyncDisposable {
  /** Asks for a pod; resolves when the request is accepted. What becomes of it is told to the observer. */
  create(pod: Planned): Promise<void>;
  /** Asks for its end. */
  remove(name: string): Promise<void>;
}
