import { createHash } from 'node:crypto';

/** The name of a layer in the cache: what it is called for people, and a hash of all that decides its contents. */
export function layerKey(name: string, inputs: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify([process.arch, inputs]));
  return `${name}-${hash.digest('hex').slice(0, 16)}`;
}
