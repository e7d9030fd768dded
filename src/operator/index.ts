export type { OperatorStatus } from './operator.ts';
export type { OperatorConfig } from './operator-config.ts';
export type { ProviderConfig } from './provider/provider-config.ts';
export { type Clock, systemClock } from './queue/clock.ts';
export { FixedQueue } from './queue/fixed-queue.ts';
export { RateLimitedQueue } from './queue/rate-limited-queue.ts';
export { RetryLimiter } from './queue/retry-limiter.ts';
