export * from './address.ts';
export * from './link.ts';
export type { Message, Request } from './message.ts';
export * from './neighbour.ts';
export * from './route.ts';
export { RtSocket } from './socket.ts';
export * from './traffic-control.ts';
