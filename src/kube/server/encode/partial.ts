import type { KubeObject } from '../../types.ts';
import { bookmarkMetadata, listMetadata, type Representation } from './representation.ts';

const TYPE = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' };

export function partial({ metadata }: KubeObject): KubeObject {
  return { ...TYPE, metadata };
}

const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** `as=PartialObjectMetadata`: what metadata informers, such as the garbage collector's, ask for. */
export const PARTIAL_METADATA: Representation = {
  key: 'partial',
  object: (_served, entry) => encode(partial(entry.object)),
  event: (_served, entry) => encode(partial(entry.object)),
  list: (_served, result) =>
    encode({
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata: listMetadata(result),
      items: result.entries.map((entry) => partial(entry.object)),
    }),
  bookmark: (_served, revision, initialEnd) => ({
    ...TYPE,
    metadata: bookmarkMetadata(revision, initialEnd),
  }),
};
