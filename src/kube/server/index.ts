export { ApiServer, type ApiServerOptions } from './api-server.ts';
export type { Certificate } from './auth/certificate.ts';
