/** Loading an ELF object by libbpf: it makes the maps, relocates the programs and hands them to the verifier. */
import koffi from 'koffi';
import { KernelError } from '../errno.ts';
import { ObjectLoadError } from './errors.ts';
import { missingHelper } from './missing-helper.ts';
import { BpfProgram } from './program.ts';
import { type RawMap, rawMap } from './raw-map.ts';

export interface ObjectOptions {
  /** Sizes of maps by name; the object's own otherwise. */
  readonly maxEntries?: Readonly<Record<string, number>>;
  /** Descriptors of maps to use in the place of new ones, by name. They stay the caller's. */
  readonly reuse?: ReadonlyMap<string, number>;
}

/** What an object declares of a map, before anything is made. */
export interface DeclaredMap {
  readonly name: string;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
}

/** The maps and programs of an object in the kernel, with descriptors of their own. */
export class LoadedObject implements Disposable {
  readonly maps: ReadonlyMap<string, RawMap>;
  readonly programs: ReadonlyMap<string, BpfProgram>;

  constructor(maps: ReadonlyMap<string, RawMap>, programs: ReadonlyMap<string, BpfProgram>) {
    this.maps = maps;
    this.programs = programs;
  }

  [Symbol.dispose](): void {
    for (const handle of [...this.maps.values(), ...this.programs.values()]) handle[Symbol.dispose]();
  }
}

type Pointer = object | null;

const F_DUPFD_CLOEXEC = 1030;
const VERIFIER_LOG_BYTES = 4 * 1024 * 1024;

/** Loaded on first use: libbpf is not needed by everything that imports this folder. */
const bindings = () => {
  const libc = koffi.load('libc.so.6');
  const lib = koffi.load('libbpf.so.1');
  koffi.proto('int LibbpfPrint(int level, const char *format, void *arguments)');
  return {
    duplicate: libc.func('int fcntl(int, int, int)'),
    format: libc.func('int vsnprintf(_Out_ void*, size_t, const char*, void*)'),
    setPrint: lib.func('void *libbpf_set_print(LibbpfPrint*)'),
    open: lib.func('void *bpf_object__open_mem(const void*, size_t, void*)'),
    load: lib.func('int bpf_object__load(void*)'),
    close: lib.func('void bpf_object__close(void*)'),
    nextMap: lib.func('void *bpf_object__next_map(void*, void*)'),
    nextProgram: lib.func('void *bpf_object__next_program(void*, void*)'),
    mapName: lib.func('const char *bpf_map__name(void*)'),
    mapType: lib.func('int bpf_map__type(void*)'),
    mapKeySize: lib.func('uint32_t bpf_map__key_size(void*)'),
    mapValueSize: lib.func('uint32_t bpf_map__value_size(void*)'),
    mapMaxEntries: lib.func('uint32_t bpf_map__max_entries(void*)'),
    mapFlags: lib.func('uint32_t bpf_map__map_flags(void*)'),
    mapFd: lib.func('int bpf_map__fd(void*)'),
    setMaxEntries: lib.func('int bpf_map__set_max_entries(void*, uint32_t)'),
    reuseFd: lib.func('int bpf_map__reuse_fd(void*, int)'),
    programName: lib.func('const char *bpf_program__name(void*)'),
    programFd: lib.func('int bpf_program__fd(void*)'),
    setLog: lib.func('int bpf_program__set_log_buf(void*, void*, size_t)'),
  };
};

type Bindings = ReturnType<typeof bindings>;
let bound: Bindings | undefined;
let messages: string[] = [];

function libbpf(): Bindings {
  if (bound) return bound;
  const c = bindings();
  const text = Buffer.from(new ArrayBuffer(4096));
  // libbpf prints by printf's rules; whatever it says is kept for the error instead of going to stderr.
  const print = koffi.register((level: number, format: string, args: Pointer) => {
    const LIBBPF_WARN = 0;
    if (level !== LIBBPF_WARN) return 0;
    const length = Math.min(c.format(text, text.length, format, args), text.length - 1);
    messages.push(text.toString('utf8', 0, length).trim());
    return 0;
  }, 'LibbpfPrint*');
  c.setPrint(print);
  bound = c;
  return c;
}

/** An object file that libbpf has read: nothing of it is in the kernel yet. */
export class BpfObject implements Disposable {
  readonly maps: readonly DeclaredMap[];
  readonly #c: Bindings;
  readonly #pointer: Pointer;
  readonly #mapPointers = new Map<string, Pointer>();
  readonly #programPointers = new Map<string, Pointer>();

  /** @param name of the object, for messages. Throws ObjectLoadError. */
  constructor(name: string, file: Uint8Array) {
    const c = libbpf();
    messages = [];
    this.#c = c;
    this.#pointer = c.open(file, file.length, null) as Pointer;
    if (this.#pointer === null) throw loadError(`open BPF object ${name}`, koffi.errno(), '');
    for (let map: Pointer = null; ; ) {
      map = c.nextMap(this.#pointer, map) as Pointer;
      if (map === null) break;
      this.#mapPointers.set(c.mapName(map) as string, map);
    }
    for (let program: Pointer = null; ; ) {
      program = c.nextProgram(this.#pointer, program) as Pointer;
      if (program === null) break;
      this.#programPointers.set(c.programName(program) as string, program);
    }
    this.maps = [...this.#mapPointers].map(([mapName, map]) => ({
      name: mapName,
      type: c.mapType(map) as number,
      keySize: c.mapKeySize(map) as number,
      valueSize: c.mapValueSize(map) as number,
      maxEntries: c.mapMaxEntries(map) as number,
      flags: c.mapFlags(map) as number,
    }));
  }

  /**
   * Makes the maps and loads the programs; once per object. Throws ObjectLoadError with the
   * verifier's log, or UnsupportedFeature when that says that the kernel lacks a helper function.
   */
  load({ maxEntries = {}, reuse = new Map() }: ObjectOptions = {}): LoadedObject {
    const c = this.#c;
    messages = [];
    for (const [name, map] of this.#mapPointers) {
      const fd = reuse.get(name);
      const size = maxEntries[name];
      if (fd !== undefined) check(c.reuseFd(map, fd) as number, `use another map as ${name}`);
      else if (size !== undefined) check(c.setMaxEntries(map, size) as number, `size map ${name}`);
    }
    const log = Buffer.from(new ArrayBuffer(VERIFIER_LOG_BYTES));
    for (const program of this.#programPointers.values()) c.setLog(program, log, log.length);
    const result = c.load(this.#pointer) as number;
    if (result < 0) {
      const error = loadError('load BPF programs', -result, log.toString('utf8', 0, log.indexOf(0)));
      throw missingHelper(error) ?? error;
    }
    return new LoadedObject(
      new Map([...this.#mapPointers].map(([name, map]) => [name, rawMap(this.#own(c.mapFd(map) as number))])),
      new Map(
        [...this.#programPointers].map(([name, program]) => [
          name,
          new BpfProgram(this.#own(c.programFd(program) as number)),
        ]),
      ),
    );
  }

  [Symbol.dispose](): void {
    this.#c.close(this.#pointer);
  }

  /** libbpf closes its own descriptors with the object. */
  #own(fd: number): number {
    const copy = this.#c.duplicate(fd, F_DUPFD_CLOEXEC, 0) as number;
    if (copy < 0) throw new KernelError(`duplicate descriptor ${fd}`, koffi.errno());
    return copy;
  }
}

function check(result: number, operation: string): void {
  if (result < 0) throw loadError(operation, -result, '');
}

function loadError(what: string, errno: number, log: string): ObjectLoadError {
  return new ObjectLoadError(what, new KernelError(what, errno), messages, log);
}
