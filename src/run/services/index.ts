export { allAnswer } from './all-answer.ts';
export { anotherChange } from './another-change.ts';
export { changeEndpoints } from './endpoint-changes.ts';
export { Fleet } from './fleet.ts';
export { Meanwhile } from './meanwhile.ts';
export { ServicesUnderTest } from './services-under-test.ts';
export { TrafficLoad } from './traffic-load.ts';
