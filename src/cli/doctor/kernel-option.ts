import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { gunzipSync } from 'node:zlib';

/**
 * Where a part of the kernel is: built in or loaded (`present`), a module that its first use loads (`loadable`),
 * not to be had without another kernel (`absent`), or not told.
 */
export type KernelOption = 'present' | 'loadable' | 'absent' | 'unknown';

/** What a machine tells about its kernel; injected by tests. */
export interface KernelFacts {
  /** The kernel's configuration, if it is published. */
  readonly config?: string;
  /** modules.dep and modules.builtin of the running kernel, if they are there. */
  readonly modules?: string;
  readonly builtin?: string;
  readonly isLoaded: (module: string) => boolean;
}

export function readKernelFacts(): KernelFacts {
  const release = os.release();
  const config = readFirst([`/boot/config-${release}`, `/lib/modules/${release}/config`]) ?? readOwnConfig();
  const modules = readFirst([`/lib/modules/${release}/modules.dep`]);
  const builtin = readFirst([`/lib/modules/${release}/modules.builtin`]);
  return {
    ...(config !== undefined && { config }),
    ...(modules !== undefined && { modules }),
    ...(builtin !== undefined && { builtin }),
    isLoaded: (module) => existsSync(`/sys/module/${module}`),
  };
}

/** Looks for an option (`CONFIG_` aside) and its module without loading it. */
export function findKernelOption(option: string, module: string, facts = readKernelFacts()): KernelOption {
  const { config, modules, builtin, isLoaded } = facts;
  const names = (list = '') => new RegExp(`/${module.replaceAll('_', '[_-]')}\\.ko`, 'm').test(list);
  if (isLoaded(module) || names(builtin)) return 'present';
  if (names(modules)) return 'loadable';
  const value = config && (new RegExp(`^CONFIG_${option}=(.)`, 'm').exec(config)?.[1] ?? 'n');
  if (value === 'y') return 'present';
  if (value) return 'absent'; // not set, or a module whose file is not here
  return 'unknown';
}

function readOwnConfig(): string | undefined {
  return existsSync('/proc/config.gz') ? gunzipSync(readFileSync('/proc/config.gz')).toString() : undefined;
}

function readFirst(files: readonly string[]): string | undefined {
  const file = files.find((each) => existsSync(each));
  return file && readFileSync(file, 'utf8');
}
