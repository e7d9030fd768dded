import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { Normalizer } from './normalize.ts';
import type { Body, Case, Step } from './step.ts';

/** An API server under test. */
export interface Endpoint {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  readonly token: string;
}

/** A request and its answer, with what differs from run to run replaced. */
export interface Exchange {
  readonly request: string;
  readonly status: number;
  readonly warnings?: unknown;
  readonly answer: unknown;
}

/** Longest wait for something that happens some time after a request, in ms. */
const PATIENCE = 10_000;

/** Runs the requests of a case one after the other, in a namespace of its own that is left behind. */
export async function runCase(endpoint: Endpoint, name: string, { steps }: Case): Promise<Exchange[]> {
  const run = new CaseRun(endpoint, name);
  await run.begin();
  for (const step of steps) await run.step(step);
  return run.exchanges;
}

class CaseRun {
  readonly exchanges: Exchange[] = [];
  readonly #endpoint: Endpoint;
  readonly #namespace: string;
  readonly #answers: Body[] = [];
  readonly #normalizer: Normalizer;

  constructor(endpoint: Endpoint, name: string) {
    this.#endpoint = endpoint;
    this.#namespace = name;
    this.#normalizer = new Normalizer({ [name]: '<ns>' });
  }

  async begin(): Promise<void> {
    const metadata = { name: this.#namespace };
    await this.#send({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata },
    });
  }

  async step(step: Step): Promise<void> {
    if (step.watch) {
      await this.#watch(step, step.watch);
      return;
    }
    let { response, body } = await this.#send(step);
    for (const end = performance.now() + PATIENCE; step.until && !step.until(body); ) {
      if (performance.now() > end) break;
      await sleep(25);
      ({ response, body } = await this.#send(step));
    }
    this.#answers.push(body);
    this.#record(step, response, step.pick ? step.pick(body) : body);
  }

  async #watch(step: Step, { events, during }: NonNullable<Step['watch']>): Promise<void> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    const response = await this.#request(step, stop.signal);
    // The place of the watch among the answers is before those of the requests made meanwhile.
    const place = this.#answers.push([]) - 1;
    const before = this.exchanges.length;
    for (const other of during) await this.step(other);
    const seen =
      response.statusCode === 200
        ? await readEvents(response.body, events, stop.signal)
        : parse(await response.body.text());
    clearTimeout(timer);
    stop.abort();
    this.#answers[place] = seen;
    const made = this.exchanges.splice(before);
    this.#record(step, response, step.pick ? step.pick(seen) : seen);
    this.exchanges.push(...made);
  }

  #record(step: Step, response: Dispatcher.ResponseData, answer: unknown): void {
    const { warning } = response.headers;
    this.exchanges.push({
      request: `${step.method} ${step.path}`,
      status: response.statusCode,
      ...(warning === undefined ? {} : { warnings: this.#normalizer.normalize(warning) }),
      answer: this.#normalizer.normalize(answer),
    });
  }

  async #send(step: Step): Promise<{ response: Dispatcher.ResponseData; body: Body }> {
    const response = await this.#request(step);
    const text = await response.body.text();
    return { response, body: parse(text) };
  }

  #request(step: Step, signal?: AbortSignal): Promise<Dispatcher.ResponseData> {
    const {
      method,
      path,
      body,
      contentType = 'application/json',
      accept = 'application/json',
      anonymous,
    } = step;
    return this.#endpoint.dispatcher.request({
      origin: this.#endpoint.origin,
      method,
      path: this.#fill(path),
      headers: {
        accept,
        'user-agent': 'contract',
        ...(body === undefined ? {} : { 'content-type': contentType }),
        ...(anonymous ? {} : { authorization: `Bearer ${this.#endpoint.token}` }),
      },
      body: body === undefined ? null : this.#fill(typeof body === 'string' ? body : JSON.stringify(body)),
      ...(signal ? { signal } : {}),
    });
  }

  /** Fills in the namespace and fields of earlier answers. */
  #fill(text: string): string {
    return text
      .replaceAll('{ns}', this.#namespace)
      .replace(/\{(\d+)\.([\w.]+)\}/g, (_all, index, path: string) => {
        const value = path.split('.').reduce((at: Body, key) => at?.[key], this.#answers[Number(index)]);
        return encodeURIComponent(String(value));
      });
  }
}

async function readEvents(
  body: AsyncIterable<Uint8Array>,
  count: number,
  signal: AbortSignal,
): Promise<Body[]> {
  const events: Body[] = [];
  let text = '';
  try {
    for await (const chunk of body) {
      text += Buffer.from(chunk).toString();
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        events.push(parse(text.slice(0, end)));
        text = text.slice(end + 1);
        if (events.length === count) return events;
      }
    }
  } catch (error) {
    // Out of patience: what came is compared, and too little of it shows.
    if (!signal.aborted) throw error;
  }
  return events;
}

function parse(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
