export { type SimulateOptions, simulate } from './simulate.ts';
