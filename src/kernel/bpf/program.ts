import { CMD } from './abi.ts';
import { type ProgramInfo, programInfo } from './info.ts';
import { OwnedFd } from './owned-fd.ts';
import { openPinned, pin } from './pin.ts';
import { Attr, bpf } from './syscall.ts';

/** One frame for a program to see, as if it had come in on a link. */
export interface TestRun {
  readonly frame: Uint8Array;
  /** Link of the calling thread's namespace that the frame came in on. */
  readonly ifindex?: number;
}

export interface TestOutcome {
  /** What the program returned, such as TC_ACT_OK. */
  readonly result: number;
  /** The frame as the program left it. */
  readonly frame: Buffer;
}

/** A loaded program. It owns its descriptor; the program lives on while it is pinned or attached. */
export class BpfProgram implements Disposable {
  readonly info: ProgramInfo;
  readonly #fd: OwnedFd;

  /** Takes over a descriptor. */
  constructor(fd: number) {
    this.#fd = new OwnedFd(fd, 'a program');
    this.info = programInfo(fd);
  }

  /** Opens a pinned program; undefined when there is none. Throws KernelError. */
  static pinned(path: string): BpfProgram | undefined {
    const fd = openPinned(path);
    return fd === undefined ? undefined : new BpfProgram(fd);
  }

  get fd(): number {
    return this.#fd.fd;
  }

  pin(path: string): void {
    pin(this.fd, path);
  }

  /** Runs a tc program once on a frame (BPF_PROG_TEST_RUN); its maps take part, redirects do not. */
  testRun({ frame, ifindex }: TestRun): TestOutcome {
    const output = Buffer.alloc(frame.length + 256);
    // struct __sk_buff, of which a caller may set a few fields; ifindex lies at 40.
    const context = Buffer.alloc(192);
    if (ifindex !== undefined) context.writeUInt32LE(ifindex, 40);
    const attr = new Attr(80)
      .u32(0, this.fd)
      .u32(8, frame.length)
      .u32(12, output.length)
      .pointer(16, frame)
      .pointer(24, output)
      .u32(32, 1)
      .u32(40, context.length)
      .pointer(48, context);
    bpf(CMD.progTestRun, attr, `test BPF program ${this.info.name}`);
    return {
      result: attr.bytes.readUInt32LE(4),
      frame: output.subarray(0, attr.bytes.readUInt32LE(12)),
    };
  }

  [Symbol.dispose](): void {
    this.#fd[Symbol.dispose]();
  }
}
