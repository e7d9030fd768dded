/** Programs that run for the sockets of the processes in a cgroup: BPF_PROG_ATTACH, cgroup v2. */
import fs from 'node:fs';
import { CMD } from './abi.ts';
import { programInfo } from './info.ts';
import type { BpfProgram } from './program.ts';
import { Attr, bpf, tryBpf } from './syscall.ts';

/** enum bpf_attach_type. */
const HOOKS = {
  connect4: 10,
  connect6: 11,
  sendmsg4: 14,
  sendmsg6: 15,
  recvmsg4: 19,
  recvmsg6: 20,
  getpeername4: 29,
  getpeername6: 30,
} as const;
export type CgroupHook = keyof typeof HOOKS;

const BPF_F_ALLOW_MULTI = 2;
const BPF_F_REPLACE = 4;
/** More than a cgroup of our own ever has on one hook. */
const MAX_PROGRAMS = 16;

/**
 * Attaches programs to a cgroup that is the caller's own: what is there on these hooks is an earlier version of them,
 * and gives way in one step. They stay as long as the cgroup does. Throws KernelError; ENOENT when there is no such
 * cgroup.
 */
export function attachToCgroup(cgroup: string, programs: Iterable<readonly [CgroupHook, BpfProgram]>): void {
  const directory = fs.openSync(cgroup, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    for (const [hook, program] of programs) attach(directory, hook, program);
  } finally {
    fs.closeSync(directory);
  }
}

function attach(cgroup: number, hook: CgroupHook, program: BpfProgram): void {
  const attached = attachedPrograms(cgroup, hook);
  if (attached.includes(program.info.id)) return;
  const [old] = attached;
  const oldFd = old === undefined ? -1 : tryBpf(CMD.progFdById, new Attr(12).u32(0, old));
  try {
    const attr = new Attr(20)
      .u32(0, cgroup)
      .u32(4, program.fd)
      .u32(8, HOOKS[hook])
      .u32(12, oldFd >= 0 ? BPF_F_ALLOW_MULTI | BPF_F_REPLACE : BPF_F_ALLOW_MULTI);
    if (oldFd >= 0) attr.u32(16, oldFd);
    bpf(CMD.progAttach, attr, `attach ${program.info.name} to ${hook} of a cgroup`);
  } finally {
    if (oldFd >= 0) fs.closeSync(oldFd);
  }
}

/**
 * Takes programs with these names off a cgroup's hooks; others stay. Throws KernelError; ENOENT when there is no such
 * cgroup.
 */
export function detachFromCgroup(cgroup: string, names: readonly string[]): void {
  eachAttached(cgroup, (directory, hook, program, name) => {
    if (!names.includes(name)) return;
    const attr = new Attr(20).u32(0, directory).u32(4, program).u32(8, HOOKS[hook]);
    bpf(CMD.progDetach, attr, `detach ${name} from ${hook} of a cgroup`);
  });
}

/** Names of the programs that the cgroup itself has on these hooks. Throws as {@link detachFromCgroup}. */
export function attachedNames(cgroup: string): string[] {
  const names: string[] = [];
  eachAttached(cgroup, (_directory, _hook, _program, name) => names.push(name));
  return names;
}

function eachAttached(
  cgroup: string,
  visit: (directory: number, hook: CgroupHook, program: number, name: string) => void,
): void {
  const directory = fs.openSync(cgroup, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    for (const hook of Object.keys(HOOKS) as CgroupHook[]) {
      for (const id of attachedPrograms(directory, hook)) {
        const program = tryBpf(CMD.progFdById, new Attr(12).u32(0, id));
        // It has gone meanwhile.
        if (program < 0) continue;
        try {
          visit(directory, hook, program, programInfo(program).name);
        } finally {
          fs.closeSync(program);
        }
      }
    }
  } finally {
    fs.closeSync(directory);
  }
}

/** Ids of the programs that a hook of the cgroup itself has. */
function attachedPrograms(cgroup: number, hook: CgroupHook): number[] {
  const ids = Buffer.alloc(MAX_PROGRAMS * 4);
  const attr = new Attr(32).u32(0, cgroup).u32(4, HOOKS[hook]).pointer(16, ids).u32(24, MAX_PROGRAMS);
  bpf(CMD.progQuery, attr, `list programs on ${hook} of a cgroup`);
  return Array.from({ length: attr.bytes.readUInt32LE(24) }, (_, i) => ids.readUInt32LE(i * 4));
}
