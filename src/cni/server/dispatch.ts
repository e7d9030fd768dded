/** From a request's bytes to a reply: parse, run in order, turn results and errors into the wire's form. */
import type { CniArgs } from '../args.ts';
import { monotonicNs } from '../clock.ts';
import { asCniError, type CniError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { AttachmentLock } from '../lock.ts';
import { resultToJson } from '../result.ts';
import type { CniCommand } from '../versions.ts';
import type { CniBackend } from './backend.ts';
import { type CniRequest, parseRequest } from './request.ts';
import { decodeRequest, type WireReply } from './wire.ts';

/** One answered call, for metrics and logs; instants are CLOCK_MONOTONIC in ns. */
export interface CallTrace {
  /** What CNI_COMMAND said; undefined when the request could not be read. */
  readonly command: CniCommand | undefined;
  readonly containerId: string | undefined;
  readonly ifname: string | undefined;
  /** `namespace/name`, when the runtime named one. */
  readonly pod: string | undefined;
  readonly t0: number | undefined;
  readonly acceptedNs: number;
  /** The backend was called; undefined when the request was refused before. */
  readonly startedNs: number | undefined;
  readonly endedNs: number;
  readonly error: CniError | undefined;
}

export class Dispatcher {
  readonly #backend: CniBackend;
  readonly #lock = new AttachmentLock();
  readonly #onCall: ((trace: CallTrace) => void) | undefined;

  constructor(backend: CniBackend, onCall?: (trace: CallTrace) => void) {
    this.#backend = backend;
    this.#onCall = onCall;
  }

  /** Answers one request; never rejects. `acceptedNs` is the instant at which it had arrived. */
  async answer(bytes: Uint8Array, { acceptedNs = monotonicNs(), replayed = false } = {}): Promise<WireReply> {
    let request: CniRequest | undefined;
    let startedNs: number | undefined;
    let error: CniError | undefined;
    let version = '';
    let body: JsonObject | undefined;
    try {
      const wire = decodeRequest(bytes);
      version = versionIn(wire.stdin);
      request = parseRequest(wire, acceptedNs, replayed);
      body = await this.#inOrder(request, async (ready) => {
        startedNs = monotonicNs();
        return this.#call(ready);
      });
    } catch (thrown) {
      error = asCniError(thrown);
      body = { ...error.toJsonOf(version) };
    }
    this.#onCall?.({
      command: request?.command,
      containerId: request && 'containerId' in request ? request.containerId : undefined,
      ifname: request && 'ifname' in request ? request.ifname : undefined,
      pod: request && 'args' in request ? podOf(request.args) : undefined,
      t0: request?.t0,
      acceptedNs,
      startedNs,
      endedNs: monotonicNs(),
      error,
    });
    return { exitCode: error ? 1 : 0, stdout: body ? `${JSON.stringify(body)}\n` : '' };
  }

  /** Does something for a container when no call for it is under way, nor GC; calls for it wait meanwhile. */
  alone<T>(containerId: string, work: () => Promise<T>): Promise<T> {
    return this.#lock.run(containerId, work);
  }

  #inOrder<T>(request: CniRequest, work: (request: CniRequest) => Promise<T>): Promise<T> {
    if (request.command === 'STATUS') return work(request);
    if (request.command === 'GC') return this.#lock.exclusive(() => work(request));
    return this.#lock.run(request.containerId, () => work(request));
  }

  async #call(request: CniRequest): Promise<JsonObject | undefined> {
    switch (request.command) {
      case 'ADD':
        return resultToJson(await this.#backend.add(request), request.config.cniVersion);
      case 'DEL':
        await this.#backend.del(request);
        return undefined;
      case 'CHECK':
        await this.#backend.check(request);
        return undefined;
      case 'GC':
        await this.#backend.gc(request);
        return undefined;
      case 'STATUS':
        await this.#backend.status(request);
        return undefined;
    }
  }
}

function podOf({ podNamespace = '', podName }: CniArgs): string | undefined {
  return podName === undefined ? undefined : `${podNamespace}/${podName}`;
}

/** The version for an error object, also when the configuration cannot be read; empty when there is none. */
function versionIn(stdin: string): string {
  return /"cniVersion"\s*:\s*"([\d.]{1,16})"/.exec(stdin)?.[1] ?? '';
}
