import type { Answer } from './chain.ts';

/** A requirement that does not hold: what it asks for, and what was found. */
export class Violation extends Error {
  override readonly name = 'Violation';

  constructor(expected: string, got: string) {
    super(`expected ${expected}, got ${got}`);
  }
}

/** A requirement that asks for nothing here, with the reason. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable';
}

/** What a plugin did, in a line. */
export function describe({ exitCode, signal, stdout }: Answer): string {
  const end = signal === 0 ? `exit code ${exitCode}` : `signal ${signal}`;
  const text = stdout.trim().replaceAll(/\s+/g, ' ');
  return text === '' ? `${end} and nothing printed` : `${end} and ${text.slice(0, 300)}`;
}

/** The printed JSON object; undefined when it is none. */
export function objectIn(answer: Answer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(answer.stdout);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

export function succeeded({ exitCode, signal }: Answer): boolean {
  return exitCode === 0 && signal === 0;
}

/** @throws Violation unless the plugin ended well; `what` is the call, for people */
export function requireSuccess(answer: Answer, what: string): void {
  if (!succeeded(answer)) throw new Violation(`${what} to succeed`, `${answer.plugin}: ${describe(answer)}`);
}

/**
 * SPEC.md, "Errors" and "Error": a failed call exits with another code than 0 and prints an object.
 * @param code the code that the specification names; absent: any
 * @throws Violation
 */
export function requireError(answer: Answer, what: string, code?: number): void {
  const wanted = `${what} to fail${code === undefined ? '' : ` with code ${code}`}`;
  const got = `${answer.plugin}: ${describe(answer)}`;
  if (answer.signal !== 0 || answer.exitCode === 0) throw new Violation(wanted, got);
  const object = objectIn(answer);
  if (!Number.isInteger(object?.code)) throw new Violation(`${wanted} and an error object on stdout`, got);
  if (code !== undefined && object?.code !== code) throw new Violation(wanted, got);
}
