export { ping } from './ping.ts';
export { makePrivateDirectory } from './private-mounts.ts';
