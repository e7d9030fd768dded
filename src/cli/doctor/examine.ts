import type { Capability, Finding } from './capability.ts';
import { unknown } from './capability.ts';
import { FILTERS } from './filters.ts';
import { KERNEL } from './kernel.ts';
import { PROGRAMS } from './programs.ts';
import { RESOURCES } from './resources.ts';

export const CAPABILITIES: readonly Capability[] = [...KERNEL, ...FILTERS, ...PROGRAMS, ...RESOURCES];

/** One line of a doctor's answer, as `--json` prints it. */
export interface Examined extends Finding {
  readonly name: string;
  readonly purpose: string;
  readonly get: string;
  readonly required: boolean;
}

/** Asks every probe. One that breaks answers "unknown" with what broke. */
export async function examine(capabilities = CAPABILITIES): Promise<Examined[]> {
  return await Promise.all(
    capabilities.map(async ({ name, purpose, get, required = false, probe }) => {
      const finding = await (async () => probe())().catch((error: Error) => unknown(error.message));
      return { name, ...finding, purpose, get, required };
    }),
  );
}

/** Whether the default lab can come up: nothing that it needs is known to be missing. */
export function isReady(examined: readonly Examined[]): boolean {
  return !examined.some(({ required, answer }) => required && answer === 'no');
}
