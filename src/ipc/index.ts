export { IpcClient } from './client.ts';
export { own } from './own.ts';
export { type Handler, IpcServer, type Subscriber } from './server.ts';
export { socketConnector } from './socket-connector.ts';
export { withSocketPath } from './socket-path.ts';
