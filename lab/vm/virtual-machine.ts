/**
 * A virtual machine that has the host's root as its own, read-only below a layer in memory: what runs on the host runs
 * inside, with another kernel. It stays up after the process that started it.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Report } from '../setup/index.ts';
import { usableAccelerator, withoutKvm } from './accelerator.ts';
import { cpio } from './cpio.ts';
import type { Kernel } from './kernel-package.ts';
import { bootModules } from './modules.ts';
import { Port } from './port.ts';
import { QEMU, qemuArguments, type Share } from './qemu.ts';
import { VmError } from './vm-error.ts';

const MOUNT_LIMIT_MS = 120_000;
/** KVM that is there and does not work hangs before the guest says a word. */
const FIRST_WORD_MS = 20_000;

export interface MachineSpec {
  readonly kernel: Kernel;
  /** The compiled first process. */
  readonly init: string;
  /** Writable and further folders, beside the root. */
  readonly shares: readonly Share[];
  /** Modules for what the lab does, loaded if the kernel has them. */
  readonly modules: readonly string[];
  /** The program that serves the ports: absolute path, then arguments. */
  readonly agent: readonly string[];
  readonly cpus: number;
  readonly memoryMb: number;
  readonly report: Report;
}

/** What is known of a machine that runs. */
export interface MachineRecord {
  readonly pid: number;
  readonly kernel: string;
  readonly accelerator: 'kvm' | 'tcg';
}

/** The machine of this folder, if one runs. */
export function runningMachine(folder: string): MachineRecord | undefined {
  const file = path.join(folder, 'machine.json');
  if (!fs.existsSync(file)) return undefined;
  const record = JSON.parse(fs.readFileSync(file, 'utf8')) as MachineRecord;
  const commandLine = `/proc/${record.pid}/cmdline`;
  return fs.existsSync(commandLine) && fs.readFileSync(commandLine, 'utf8').includes(QEMU)
    ? record
    : undefined;
}

/**
 * Boots a machine and waits until it takes commands. KVM is used where it works, which is tried once per boot of the
 * host; elsewhere the processor is emulated.
 * @throws VmError boot-failed with the last lines of its console
 */
export async function bootMachine(folder: string, spec: MachineSpec): Promise<MachineRecord> {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  fs.writeFileSync(path.join(folder, 'initrd'), initrd(spec));
  const accelerator = usableAccelerator();
  spec.report(
    `booting ${spec.kernel.release}${accelerator === 'tcg' ? ', emulated: no usable KVM here' : ''}`,
  );
  const record = await boot(
    folder,
    spec,
    accelerator,
    accelerator === 'kvm' ? FIRST_WORD_MS : MOUNT_LIMIT_MS,
  );
  if (record !== undefined) return record;
  if (accelerator === 'kvm') {
    withoutKvm();
    return await bootMachine(folder, spec);
  }
  throw new VmError('boot-failed', `The virtual machine did not come up:\n${lastWords(folder)}`);
}

async function boot(
  folder: string,
  spec: MachineSpec,
  accelerator: 'kvm' | 'tcg',
  limitMs: number,
): Promise<MachineRecord | undefined> {
  const shares = [{ tag: 'host', path: '/' }, { tag: 'modules', path: spec.kernel.modules }, ...spec.shares];
  const log = fs.openSync(path.join(folder, 'qemu.log'), 'a', 0o600);
  const args = qemuArguments({ ...spec, shares, accelerator });
  const child = spawn(QEMU, args, { cwd: folder, detached: true, stdio: ['ignore', log, log] });
  fs.closeSync(log);
  child.unref();
  const record = { pid: child.pid ?? 0, kernel: spec.kernel.release, accelerator };
  const deadline = Date.now() + limitMs;
  while (!fs.existsSync(path.join(folder, 'port0.sock')) && child.exitCode === null && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20));
  try {
    using port = await Port.open(folder);
    if (await port.answers(deadline - Date.now())) {
      fs.writeFileSync(path.join(folder, 'machine.json'), JSON.stringify(record), { mode: 0o600 });
      return record;
    }
  } catch (error) {
    if (!(error instanceof VmError)) throw error;
  }
  child.kill('SIGKILL');
  return undefined;
}

function initrd({ init, kernel, shares, modules, agent }: MachineSpec): Buffer {
  const boot = bootModules(kernel.modules);
  const config = [
    ...boot.map(({ name }) => `module /${name}.ko`),
    `share modules /lib/modules/${kernel.release} ro`,
    ...shares.map(({ tag, path: at, writable }) => `share ${tag} ${at} ${writable ? 'rw' : 'ro'}`),
    ...modules.map((name) => `load ${name}`),
    `exec ${agent.join(' ')}`,
  ];
  return cpio([
    { name: 'init', content: fs.readFileSync(init), executable: true },
    { name: 'config', content: Buffer.from(`${config.join('\n')}\n`) },
    ...boot.map(({ name, content }) => ({ name: `${name}.ko`, content })),
  ]);
}

function lastWords(folder: string): string {
  return ['qemu.log', 'console.log']
    .map((name) => path.join(folder, name))
    .filter((file) => fs.existsSync(file))
    .flatMap((file) => fs.readFileSync(file, 'utf8').trim().split('\n').slice(-8))
    .map((line) => `  ${line}`)
    .join('\n');
}
