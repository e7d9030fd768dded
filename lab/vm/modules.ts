import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What the root file system and the channel need; all else is loaded from the root by its own name. */
const BOOT = ['virtio_pci', 'virtio_mmio', 'virtio_console', '9pnet_virtio', '9p', 'overlay'];

/** A module's file as the guest's first process loads it. */
export interface BootModule {
  readonly name: string;
  readonly content: Buffer;
}

/**
 * The modules that must be loaded before there is a root, each behind those that it needs (modules.dep of depmod).
 * Those that are built in, or not there on this architecture, are left out.
 */
export function bootModules(folder: string, wanted: readonly string[] = BOOT): BootModule[] {
  const files = new Map<string, { readonly file: string; readonly needs: readonly string[] }>();
  for (const line of readFileSync(path.join(folder, 'modules.dep'), 'utf8').split('\n')) {
    const [file, needs = ''] = line.split(':');
    if (file) files.set(nameOf(file), { file, needs: needs.trim().split(' ').filter(Boolean).map(nameOf) });
  }
  const ordered = new Set<string>();
  const visit = (name: string): void => {
    const module = files.get(name);
    if (module === undefined || ordered.has(name)) return;
    for (const need of module.needs) visit(need);
    ordered.add(name);
  };
  for (const name of wanted) visit(name);
  return [...ordered].map((name) => ({ name, content: contentOf(path.join(folder, files.get(name)!.file)) }));
}

function nameOf(file: string): string {
  return path.basename(file).split('.')[0]!.replaceAll('-', '_');
}

function contentOf(file: string): Buffer {
  if (file.endsWith('.ko')) return readFileSync(file);
  const program = file.endsWith('.xz') ? 'xz' : 'zstd';
  return execFileSync(program, ['-dc', file], { maxBuffer: 64 * 1024 * 1024 });
}
