export { FixedAssignment } from './fixed-assignment.ts';
export type { AssignmentHost, NodeAssignment, RefusalReason } from './node-assignment.ts';
export { RateLimitedAssignment } from './rate-limited-assignment.ts';
