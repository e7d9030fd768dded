export { CloudAssignment, type NodeCidrProvider } from './cloud-assignment.ts';
export { Throttle } from './throttle.ts';
