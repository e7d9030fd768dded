import type { KubeObject } from '../../types.ts';
import type { Served } from '../registry/registry.ts';
import type { Columns } from '../table/column.ts';
import { partial } from './partial.ts';
import { bookmarkMetadata, listMetadata, type Representation } from './representation.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** `as=Table`: the columns of `kubectl get` (meta.k8s.io/v1). @param clock ms since the epoch, for ages */
export function tableRepresentation(include: IncludeObject, clock: () => number): Representation {
  const row = (served: Served, object: KubeObject) => {
    const now = clock();
    const seen = served.spec.view?.read(object) ?? object;
    return {
      cells: served.spec.columns.map((column) => column.cell(seen, now) ?? null),
      ...(include !== 'None' && { object: include === 'Object' ? seen : partial(seen) }),
    };
  };
  const encode = (columns: Columns | [], metadata: object, rows: readonly unknown[]) =>
    Buffer.from(JSON.stringify(table(columns, metadata, rows)));
  return {
    key: `table/${include}`,
    object: (served, { object }) =>
      encode(served.spec.columns, { resourceVersion: object.metadata.resourceVersion }, [
        row(served, object),
      ]),
    event: (served, { object }) =>
      encode(served.spec.columns, { resourceVersion: object.metadata.resourceVersion }, [
        row(served, object),
      ]),
    list: (served, result) =>
      encode(
        served.spec.columns,
        listMetadata(result),
        result.entries.map(({ object }) => row(served, object)),
      ),
    bookmark: (_served, revision, initialEnd) => {
      const metadata = bookmarkMetadata(revision, initialEnd);
      const object = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
      return table([], metadata, [{ cells: [], object }]) as unknown as KubeObject;
    },
  };
}

function table(columns: Columns, metadata: object, rows: readonly unknown[]) {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, type, format = '', priority = 0, description = '' }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
    rows,
  };
}
