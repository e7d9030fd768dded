import jsonpatch, { type Operation } from 'fast-json-patch';
import { thaw } from '../rest/thaw.ts';
import { badRequest, failure } from '../status/errors.ts';

/** RFC 6902. Throws 400 for what is no patch, 422 when a `test` or a path fails. */
export function jsonPatch<T>(target: T, patch: unknown): T {
  if (!Array.isArray(patch)) throw badRequest('error decoding patch: a JSON patch is an array of operations');
  try {
    return jsonpatch.applyPatch(thaw(target), patch as Operation[], true, true, true).newDocument as T;
  } catch (error) {
    // The library's message goes on with the whole document after the first line.
    const why = (error as Error).message.split('\n', 1)[0]!;
    throw failure(422, 'Invalid', `the server rejected our request due to an error in our request: ${why}`);
  }
}
