import type { Kernel } from './kernel-package.ts';
import { PORTS, portName } from './protocol.ts';

/** A folder of the host inside the machine. */
export interface Share {
  readonly tag: string;
  readonly path: string;
  /** Where it is inside; at the same path when left out. */
  readonly at?: string;
  readonly writable?: boolean;
}

export interface QemuOptions {
  readonly kernel: Kernel;
  readonly shares: readonly Share[];
  readonly cpus: number;
  readonly memoryMb: number;
  readonly accelerator: 'kvm' | 'tcg';
}

/** The emulator of this architecture. */
export const QEMU = process.arch === 'arm64' ? 'qemu-system-aarch64' : 'qemu-system-x86_64';

/**
 * Arguments of QEMU, which runs in the machine's folder: initrd, console and ports lie beside it. No network, no disk,
 * no screen: what goes in and out are the shares and the ports.
 */
export function qemuArguments({ kernel, shares, cpus, memoryMb, accelerator }: QemuOptions): string[] {
  const [console, machine] = process.arch === 'arm64' ? ['ttyAMA0', 'virt'] : ['ttyS0', 'q35'];
  const cpu = accelerator === 'kvm' ? 'host' : 'max';
  return [
    ...['-machine', machine, '-accel', accelerator === 'tcg' ? 'tcg,thread=multi' : 'kvm', '-cpu', cpu],
    ...['-smp', String(cpus), '-m', String(memoryMb)],
    ...['-kernel', kernel.image, '-initrd', 'initrd'],
    ...['-append', `console=${console} panic=-1 quiet loglevel=4`],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'file:console.log'],
    ...shares.flatMap(({ tag, path, writable }, index) => [
      '-fsdev',
      `local,id=fs${index},path=${path.replaceAll(',', ',,')},security_model=none,multidevs=remap${writable ? '' : ',readonly=on'}`,
      '-device',
      `virtio-9p-pci,fsdev=fs${index},mount_tag=${tag}`,
    ]),
    ...['-device', 'virtio-serial-pci'],
    ...Array.from({ length: PORTS }, (_, n) => [
      ...['-chardev', `socket,id=port${n},path=port${n}.sock,server=on,wait=off`],
      ...['-device', `virtserialport,chardev=port${n},name=${portName(n)}`],
    ]).flat(),
  ];
}
