/** The virtual machine that this process runs in. */
export interface VirtualHost {
  readonly kernel: string;
  /** The processor is emulated: times compare with nothing but other emulated ones. */
  readonly emulated: boolean;
}

/** Set by the process outside for each command that it runs inside. */
export const VM_VARIABLE = 'CHURNLAB_VM';

/** The virtual machine that `--substrate vm` made and this process runs in, if it does. */
export function virtualHost(env: NodeJS.ProcessEnv = process.env): VirtualHost | undefined {
  const text = env[VM_VARIABLE];
  return text === undefined ? undefined : (JSON.parse(text) as VirtualHost);
}
