export type { CniBackend } from './backend.ts';
export { DelQueue } from './del-queue.ts';
export type { CallTrace } from './dispatch.ts';
export type {
  AddRequest,
  CheckRequest,
  DelRequest,
  GcRequest,
  StatusRequest,
} from './request.ts';
export { type CniServer, serveCni } from './serve.ts';
