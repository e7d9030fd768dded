import { setTimeout as sleep } from 'node:timers/promises';
import { getIfThere } from './get-if-there.ts';
import type { KubeClient } from './kube-client.ts';
import { isReason } from './kube-error.ts';
import type { Lease } from './objects.ts';
import { apiVersionOf, LEASES } from './resources.ts';

export interface ElectionOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** Name of the Lease. */
  readonly name: string;
  /** Another one for each candidate, also for the same one started anew. */
  readonly identity: string;
  /** How long others respect a lease that is not renewed, whole seconds; default 15, as in client-go. */
  readonly leaseSeconds?: number;
  /** How long the leader goes on without having renewed, in ms; shorter than the lease. Default 10,000. */
  readonly renewDeadlineMs?: number;
  /** How often it is renewed, or tried for, in ms; default 2,000. */
  readonly retryMs?: number;
  /** Told of tries that failed otherwise than by another's lead. */
  readonly onError?: (error: unknown) => void;
}

type Settings = Required<ElectionOptions>;
type LeaseSpec = NonNullable<Lease['spec']>;

/** Being the leader. Disposing of it gives the lease back, so that another one need not wait for its end. */
export class Leadership implements AsyncDisposable {
  /** Fires when the lease could not be renewed in time: another one may lead by now. */
  readonly lost: AbortSignal;
  readonly #candidate: Candidate;
  readonly #stop = new AbortController();
  readonly #renewing: Promise<void>;

  /** Use lead(). */
  constructor(candidate: Candidate) {
    this.#candidate = candidate;
    const lost = new AbortController();
    this.lost = lost.signal;
    this.#renewing = this.#renew(lost);
  }

  async #renew(lost: AbortController): Promise<void> {
    const { renewDeadlineMs, retryMs } = this.#candidate.settings;
    // A try that hangs must not hold up the end of the lead, so that the end has a timer of its own.
    const expire = () => setTimeout(() => lost.abort(), renewDeadlineMs).unref();
    let timer = expire();
    while (!this.#stop.signal.aborted && !lost.signal.aborted) {
      await sleep(retryMs, undefined, { signal: this.#stop.signal }).catch(() => {});
      if (this.#stop.signal.aborted || !(await this.#candidate.attempt())) continue;
      clearTimeout(timer);
      timer = expire();
    }
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#renewing;
    if (!this.lost.aborted) await this.#candidate.release();
  }
}

/**
 * Waits until this candidate holds the Lease, by client-go's rules (tools/leaderelection): a lease counts as long as it
 * was seen to change within its duration by the candidate's own clock, so that clocks of machines need not agree.
 * @returns undefined when `signal` fired first
 */
export async function lead(options: ElectionOptions, signal: AbortSignal): Promise<Leadership | undefined> {
  const candidate = new Candidate({
    leaseSeconds: 15,
    renewDeadlineMs: 10_000,
    retryMs: 2_000,
    onError: () => {},
    ...options,
  });
  while (!signal.aborted) {
    if (await candidate.attempt()) return new Leadership(candidate);
    await sleep(candidate.settings.retryMs, undefined, { signal }).catch(() => {});
  }
  return undefined;
}

class Candidate {
  readonly settings: Settings;
  /** The lease as it was last seen to change, and when, by performance.now(). */
  #seen = { text: '', at: 0 };

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** Takes or renews the lease. Returns whether it is ours now. */
  async attempt(): Promise<boolean> {
    try {
      return await this.#take();
    } catch (error) {
      // Somebody was faster.
      if (!isReason(error, 'Conflict', 'AlreadyExists')) this.settings.onError(error);
      return false;
    }
  }

  /** Lets others have it at once; what fails is left to the lease's end. */
  async release(): Promise<void> {
    try {
      const lease = await this.#get();
      if (lease?.spec?.holderIdentity !== this.settings.identity) return;
      const spec = { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: now() };
      await this.settings.client.replace<Lease>(LEASES, { ...lease, spec });
    } catch (error) {
      this.settings.onError(error);
    }
  }

  async #take(): Promise<boolean> {
    const { client, namespace, name, identity, leaseSeconds } = this.settings;
    const lease = await this.#get();
    const ours = { holderIdentity: identity, leaseDurationSeconds: leaseSeconds, renewTime: now() };
    if (!lease) {
      const spec = { ...ours, acquireTime: ours.renewTime, leaseTransitions: 0 };
      const type = { apiVersion: apiVersionOf(LEASES), kind: LEASES.kind };
      await client.create<Lease>(LEASES, { ...type, metadata: { name, namespace }, spec });
      return true;
    }
    const spec: LeaseSpec = lease.spec ?? {};
    const isOurs = spec.holderIdentity === identity;
    if (!isOurs && this.#isHeld(spec)) return false;
    const taken = { acquireTime: ours.renewTime, leaseTransitions: (spec.leaseTransitions ?? 0) + 1 };
    await client.replace<Lease>(LEASES, { ...lease, spec: { ...spec, ...(isOurs ? {} : taken), ...ours } });
    return true;
  }

  #isHeld(spec: LeaseSpec): boolean {
    const text = JSON.stringify(spec);
    if (text !== this.#seen.text) this.#seen = { text, at: performance.now() };
    const duration = (spec.leaseDurationSeconds ?? this.settings.leaseSeconds) * 1000;
    return Boolean(spec.holderIdentity) && performance.now() < this.#seen.at + duration;
  }

  #get(): Promise<Lease | undefined> {
    const { client, namespace, name } = this.settings;
    return getIfThere<Lease>(client, LEASES, name, namespace);
  }
}

/** RFC 3339 with microseconds, as a Lease has it (metav1.MicroTime). */
function now(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
