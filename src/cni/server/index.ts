export type { CniBackend } from './backend.ts';
export {
  DEFAULT_QUEUE_DIR,
  DelQueue,
  MAX_QUEUE_ENTRIES,
  MAX_QUEUE_ENTRY_BYTES,
  type ReplayReport,
} from './del-queue.ts';
export { type CallTrace, Dispatcher } from './dispatch.ts';
export type {
  AddRequest,
  CallClock,
  CheckRequest,
  CniRequest,
  DelRequest,
  GcRequest,
  StatusRequest,
} from './request.ts';
export { parseRequest } from './request.ts';
export {
  CniServer,
  DEFAULT_SOCKET_PATH,
  ServeError,
  type ServeErrorCode,
  type ServeOptions,
  serveCni,
} from './serve.ts';
export { decodeRequest, encodeReply, encodeRequest, type WireReply, type WireRequest } from './wire.ts';
