/** BPF_OBJ_GET_INFO_BY_FD: what the kernel knows of a map or a program. */
import { BPF_OBJ_NAME_LENGTH, CMD } from './abi.ts';
import { Attr, bpf } from './syscall.ts';

export interface MapInfo {
  readonly type: number;
  readonly id: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  /** At most 15 characters. */
  readonly name: string;
}

export interface ProgramInfo {
  readonly type: number;
  readonly id: number;
  /** Hash of the instructions, in hex. */
  readonly tag: string;
  /** At most 15 characters. */
  readonly name: string;
  readonly mapIds: readonly number[];
}

/** Most maps that a program of ours can refer to. */
const MAX_MAP_IDS = 64;

function info(fd: number, bytes: Buffer, what: string): Buffer {
  bpf(
    CMD.infoByFd,
    new Attr(16).u32(0, fd).u32(4, bytes.length).pointer(8, bytes),
    `read the info of ${what}`,
  );
  return bytes;
}

function nameAt(bytes: Buffer, offset: number): string {
  const name = bytes.toString('latin1', offset, offset + BPF_OBJ_NAME_LENGTH);
  return name.slice(0, name.indexOf('\0'));
}

/** `struct bpf_map_info`. Throws KernelError. */
export function mapInfo(fd: number): MapInfo {
  const bytes = info(fd, Buffer.alloc(40), 'a BPF map');
  return {
    type: bytes.readUInt32LE(0),
    id: bytes.readUInt32LE(4),
    keySize: bytes.readUInt32LE(8),
    valueSize: bytes.readUInt32LE(12),
    maxEntries: bytes.readUInt32LE(16),
    flags: bytes.readUInt32LE(20),
    name: nameAt(bytes, 24),
  };
}

/** `struct bpf_prog_info`. Throws KernelError. */
export function programInfo(fd: number): ProgramInfo {
  const ids = Buffer.alloc(MAX_MAP_IDS * 4);
  const request = new Attr(80).u32(52, MAX_MAP_IDS).pointer(56, ids);
  const bytes = info(fd, request.bytes, 'a BPF program');
  const count = Math.min(bytes.readUInt32LE(52), MAX_MAP_IDS);
  return {
    type: bytes.readUInt32LE(0),
    id: bytes.readUInt32LE(4),
    tag: bytes.toString('hex', 8, 16),
    name: nameAt(bytes, 64),
    mapIds: Array.from({ length: count }, (_, i) => ids.readUInt32LE(i * 4)),
  };
}
