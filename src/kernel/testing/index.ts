export { wholeChecksums } from './checksum-offload.ts';
export { ping } from './ping.ts';
export { makePrivateDirectory } from './private-mounts.ts';
export { makeTestCgroup } from './test-cgroup.ts';
