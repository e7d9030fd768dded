export { bootLabMachine, NODE } from './lab-machine.ts';
export { Port } from './port.ts';
export { type MachineRecord, runningMachine } from './virtual-machine.ts';
export { VmError, type VmErrorCode } from './vm-error.ts';
