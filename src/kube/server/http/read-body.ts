import type { IncomingMessage } from 'node:http';
import { parse as parseYaml } from 'yaml';
import { decodeProtobuf } from '../protobuf/decode.ts';
import { badRequest, failure, unsupportedMediaType } from '../status/errors.ts';

/** As in k8s.io/apiserver: 3 MiB. */
const LIMIT = 3 * 1024 * 1024;

/** The body as it came. Throws 413. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LIMIT) chunks.push(chunk);
    });
    request.on('end', () => {
      if (size > LIMIT)
        reject(failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${LIMIT}`));
      else resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    request.on('error', reject);
    request.on('aborted', () => reject(badRequest('the client closed the connection')));
  });
}

const JSON_TYPES = new Set(['application/json', '']);
const YAML_TYPES = new Set(['application/yaml', 'application/x-yaml', 'text/yaml']);

export function mediaType(request: IncomingMessage): string {
  const type = request.headers['content-type'] ?? '';
  const end = type.indexOf(';');
  return (end < 0 ? type : type.slice(0, end)).trim().toLowerCase();
}

/** The body of a write, by its content type. Throws 400 or 415. */
export function parseBody(body: Buffer, type: string): unknown {
  if (JSON_TYPES.has(type)) return parseJson(body);
  if (YAML_TYPES.has(type)) return parseYamlOrJson(body);
  if (type === 'application/vnd.kubernetes.protobuf') {
    const object = decodeProtobuf(body);
    if (object !== undefined || body.length === 0) return object;
  }
  throw unsupportedMediaType(['application/json', 'application/yaml']);
}

export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: couldn't parse JSON: ${(error as Error).message}`);
  }
}

/** An apply patch: YAML, which most clients write as JSON. */
export function parseYamlOrJson(body: Buffer): unknown {
  const text = body.toString();
  if (text.startsWith('{')) {
    try {
      return JSON.parse(text);
    } catch {
      // YAML's flow form begins like this too.
    }
  }
  try {
    return parseYaml(text);
  } catch (error) {
    throw badRequest(`error decoding YAML: ${(error as Error).message}`);
  }
}
