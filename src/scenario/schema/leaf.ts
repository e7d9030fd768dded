import { z } from 'zod';
import {
  DURATION,
  type Nanoseconds,
  PERCENT,
  type PerSecond,
  parseDuration,
  parsePercent,
  parseRate,
  RATE,
} from './quantities.ts';

/**
 * Leaves of the schema. The message of each is the noun phrase that completes "expected …, got …":
 * src/scenario/source/messages.ts writes the rest.
 */

/**
 * Attaches what a field means, for the JSON Schema, docs/scenarios.md and editors. Call it last, since
 * zod keeps it per instance. Examples are written as in a file.
 */
export function field<T extends z.ZodType>(schema: T, description: string, ...examples: unknown[]): T {
  return schema.meta(examples.length > 0 ? { description, examples } : { description });
}

const A_DURATION = 'a duration such as `300ms`, `6s` or `2m`';
const A_RATE = 'a rate such as `300/s` or `50/m`';

/** A duration that may be zero, as it is written. */
export const durationText = z.string(A_DURATION).regex(DURATION, A_DURATION);

/** A duration that may be zero, to nanoseconds. */
export const duration = durationText.transform((text): Nanoseconds => parseDuration(text)!);

/** A duration above zero, to nanoseconds. */
export const positiveDuration = z
  .string(A_DURATION)
  .regex(DURATION, A_DURATION)
  .regex(/[1-9]/, 'a duration above zero, such as `300ms` or `6s`')
  .transform((text): Nanoseconds => parseDuration(text)!);

/** A rate that may be zero, to events per second. */
export const rateOrZero = z
  .string(A_RATE)
  .regex(RATE, A_RATE)
  .transform((text): PerSecond => parseRate(text)!);

/** A rate above zero, to events per second. */
export const rate = z
  .string(A_RATE)
  .regex(RATE, A_RATE)
  .regex(/[1-9]/, 'a rate above zero, such as `300/s` or `50/m`')
  .transform((text): PerSecond => parseRate(text)!);

const A_SHARE = 'a percentage above zero and up to 100, such as `90%`';

/** A percentage above zero and at most 100, to a share of 1. */
export const percentage = z
  .string(A_SHARE)
  .regex(PERCENT, A_SHARE)
  .refine((text) => parsePercent(text)! > 0 && parsePercent(text)! <= 1, A_SHARE)
  .transform((text) => parsePercent(text)!);

/** A whole number between two limits, both included. */
export function whole(min: number, max: number) {
  const expected = `a whole number from ${min.toLocaleString('en-US')} to ${max.toLocaleString('en-US')}`;
  return z.int(expected).min(min, expected).max(max, expected);
}

/** Free text that is not empty. */
export const text = z.string('some text').min(1, 'some text that is not empty');

/** A name that can be part of a Kubernetes object's name (RFC 1123 label). */
export function label(maxLength: number) {
  const expected = `a name of lower-case letters, digits and dashes, at most ${maxLength} long, such as \`churn\``;
  return z
    .string(expected)
    .max(maxLength, expected)
    .regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/, expected);
}

/** A path of a file, relative to the scenario's own folder. */
export const relativeFile = z.string('the path of a file').min(1, 'the path of a file');
