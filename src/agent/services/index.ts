export { NodeServices, type ServiceStats, type ServiceWritten } from './node-services.ts';
export { ALGORITHM_ANNOTATION, FORWARDING_ANNOTATION, type ServiceDefaults } from './parse-service.ts';
export { ProcessServices } from './process-services.ts';
export { type Cause, ServiceFeed } from './service-feed.ts';
export { ServiceTable, type TableChange } from './service-table.ts';
