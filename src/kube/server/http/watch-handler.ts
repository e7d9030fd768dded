import { randomInt } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { negotiate } from '../encode/negotiate.ts';
import type { Served } from '../registry/registry.ts';
import { HttpSink } from '../watch/http-sink.ts';
import { startWatch, type WatchRequest } from '../watch/start-watch.ts';
import { timeoutSeconds } from './query.ts';

/** Watches without a timeout end after this many seconds, up to twice as many, as in k8s.io/apiserver. */
const MIN_TIMEOUT = 1800;

/** Answers a watch: events until the client goes, the time is over or the server stops. */
export function handleWatch(
  served: Served,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
  watch: WatchRequest,
  clock: () => number,
): void {
  const { representation, contentType } = negotiate(
    request.headers.accept,
    query.get('includeObject'),
    clock,
  );
  const sink = new HttpSink(served, representation, response);
  const started: { stop?: () => void } = {};
  response.on('close', () => {
    sink.close();
    started.stop?.();
  });
  // The head goes with the first event, or alone when there is none.
  response.setHeader('content-type', contentType);
  response.setHeader('cache-control', 'no-cache, private');
  response.socket?.setNoDelay(true);
  started.stop = startWatch(served, watch, sink);
  if (response.writableEnded) return;
  if (!response.headersSent) response.flushHeaders();
  sink.schedule(
    timeoutSeconds(query) || MIN_TIMEOUT + randomInt(MIN_TIMEOUT),
    watch.allowWatchBookmarks ?? false,
  );
}
