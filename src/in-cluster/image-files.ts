import path from 'node:path';

/** Compiled files that the image brings along. */
export interface ImageFiles {
  readonly bpfObject: string;
  /** Services through eBPF. */
  readonly servicesObject: string;
  /** The program that container runtimes execute. */
  readonly plugin: string;
}

/** @param folder where the image has them: all in one */
export function imageFiles(folder: string): ImageFiles {
  return {
    bpfObject: path.join(folder, 'churnlab.bpf.o'),
    servicesObject: path.join(folder, 'services.bpf.o'),
    plugin: path.join(folder, 'churnlab-cni'),
  };
}
