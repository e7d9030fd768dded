import { z } from 'zod';
import { Cidr } from '../ip/index.ts';
import { checkLab, viewOf } from './check/index.ts';
import { lab } from './schema/lab.ts';
import { schemaProblems } from './source/messages.ts';
import type { LabSpec } from './spec.ts';

/** Fields of a lab as a scenario writes them; all may be left out. */
export type LabFields = z.input<typeof lab>;

/** A lab that cannot be: `problems` says why, one line each. */
export class LabSpecError extends Error {
  override readonly name = 'LabSpecError';
  readonly code = 'invalid-lab';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * The lab that these fields describe, defaults filled in and CIDRs in network form: for a lab that is
 * not brought up by a scenario.
 * @throws LabSpecError
 */
export function labSpec(fields: LabFields = {}): LabSpec {
  const data = { spec: { lab: fields } };
  const parsed = z.strictObject({ spec: z.strictObject({ lab }) }).safeParse(data);
  const problems = parsed.success ? checkLab(viewOf(data)) : schemaProblems(parsed.error.issues, data);
  const errors = problems.filter(({ severity }) => severity !== 'warning');
  if (!parsed.success || errors.length > 0) {
    throw new LabSpecError(errors.map(({ path, message }) => `${path.slice(1).join('.')}: ${message}`));
  }
  return inNetworkForm(parsed.data.spec.lab);
}

/** The lab with host bits of its CIDRs cleared, all of which must be CIDRs. */
export function inNetworkForm(spec: LabSpec): LabSpec {
  const clear = (cidrs: readonly string[]) => cidrs.map((text) => Cidr.parse(text).cidr.toString());
  const pools = spec.ipam.pools.map((pool) => ({ ...pool, cidrs: clear(pool.cidrs) }));
  return { ...spec, serviceCidrs: clear(spec.serviceCidrs), ipam: { ...spec.ipam, pools } };
}
