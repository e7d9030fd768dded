import { createHash, timingSafeEqual } from 'node:crypto';
import { unauthorized } from '../status/errors.ts';

export interface User {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
}

/** The one user there is: may do everything, as `system:masters` in a real cluster. */
export const ADMIN: User = { username: 'churnlab-admin', groups: ['system:masters', 'system:authenticated'] };

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Knows the lab's bearer token. */
export class Tokens {
  readonly #digest: Buffer;
  /** The header as clients send it again and again: compared as text after it was found right once. */
  #known: string | undefined;

  constructor(token: string) {
    this.#digest = digest(token);
  }

  /** The user behind an Authorization header. Throws 401. */
  authenticate(header: string | undefined): User {
    if (header !== undefined && header === this.#known) return ADMIN;
    const token = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
    if (token === undefined || !this.isValid(token)) throw unauthorized();
    this.#known = header;
    return ADMIN;
  }

  isValid(token: string): boolean {
    return timingSafeEqual(digest(token), this.#digest);
  }
}
