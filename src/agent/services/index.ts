export type { ServiceStats, ServiceWritten } from './node-services.ts';
export type { ServiceDefaults } from './parse-service.ts';
export { ProcessServices } from './process-services.ts';
export type { Cause } from './service-feed.ts';
