/** bpf(2). The arguments are one union of structs; {@link Attr} fills it and keeps what it points to alive. */
import koffi from 'koffi';
import { KernelError } from '../errno.ts';
import type { CMD } from './abi.ts';

/** arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h */
const SYS_BPF: Partial<Record<NodeJS.Architecture, number>> = { x64: 321, arm64: 280 };

const lib = koffi.load('libc.so.6');
const syscall = lib.func('long syscall(long, int, void*, uint32_t)');
const number = SYS_BPF[process.arch] ?? -1;

/** `union bpf_attr` with the fields of one command. */
export class Attr {
  readonly bytes: Buffer;
  /** An address inside a struct does not keep its memory alive: this does, as long as the Attr lives. */
  readonly #targets: Uint8Array[] = [];

  constructor(size: number) {
    this.bytes = Buffer.from(new ArrayBuffer(size));
  }

  u32(offset: number, value: number): this {
    this.bytes.writeUInt32LE(value, offset);
    return this;
  }

  u64(offset: number, value: bigint): this {
    this.bytes.writeBigUInt64LE(value, offset);
    return this;
  }

  pointer(offset: number, target: Uint8Array): this {
    this.#targets.push(target);
    return this.u64(offset, BigInt(koffi.address(target)));
  }

  /** Bytes held for the kernel: read after the call, so that no collector may take them before it returns. */
  get held(): number {
    return this.#targets.length;
  }
}

/** Carries out a command. Returns what the kernel returns, or the negative errno. */
export function tryBpf(command: (typeof CMD)[keyof typeof CMD], attr: Attr): number {
  const result = Number(syscall(number, command, attr.bytes, attr.bytes.length));
  const errno = result < 0 ? koffi.errno() : 0;
  return attr.held >= 0 && errno === 0 ? result : -errno;
}

/** As {@link tryBpf}. Throws KernelError. */
export function bpf(command: (typeof CMD)[keyof typeof CMD], attr: Attr, operation: string): number {
  const result = tryBpf(command, attr);
  if (result < 0) throw new KernelError(operation, -result);
  return result;
}
