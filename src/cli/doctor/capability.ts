export type Answer = 'yes' | 'no' | 'unknown';

export interface Finding {
  readonly answer: Answer;
  /** What was seen, in a few words. */
  readonly detail: string;
}

/** Something a machine may have. The probe looks and never changes the machine. */
export interface Capability {
  readonly name: string;
  /** What it is for. */
  readonly purpose: string;
  /** How to get it. */
  readonly get: string;
  /** The default lab does not come up without it. */
  readonly required?: boolean;
  readonly probe: () => Finding | Promise<Finding>;
}

export const yes = (detail: string): Finding => ({ answer: 'yes', detail });
export const no = (detail: string): Finding => ({ answer: 'no', detail });
export const unknown = (detail: string): Finding => ({ answer: 'unknown', detail });
