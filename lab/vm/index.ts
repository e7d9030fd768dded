export { ensureKernel, type Kernel } from './kernel-package.ts';
export { Port } from './port.ts';
export type { Share } from './qemu.ts';
export { bootMachine, type MachineRecord, type MachineSpec, runningMachine } from './virtual-machine.ts';
export { VmError, type VmErrorCode } from './vm-error.ts';
