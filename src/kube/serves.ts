import { KubeError } from './kube-error.ts';
import type { RawAccess } from './raw-access.ts';
import { resourceRoot } from './request-path.ts';
import type { Resource } from './types.ts';

interface ResourceList {
  readonly resources: readonly { readonly name: string }[];
}

/** Whether a server has a kind, by what it says of itself, which everybody may read. @throws KubeError */
export async function serves(client: RawAccess, resource: Resource): Promise<boolean> {
  try {
    const { resources } = JSON.parse(await client.text(resourceRoot(resource))) as ResourceList;
    return resources.some(({ name }) => name === resource.plural);
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return false;
    throw error;
  }
}
