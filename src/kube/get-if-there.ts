import type { KubeClient } from './kube-client.ts';
import { isReason } from './kube-error.ts';
import type { KubeObject, Resource } from './types.ts';

/** The object, or undefined when there is none. @throws KubeError for any other answer */
export async function getIfThere<T extends KubeObject>(
  client: KubeClient,
  resource: Resource,
  name: string,
  namespace?: string,
): Promise<T | undefined> {
  try {
    return await client.get<T>(resource, name, namespace);
  } catch (error) {
    if (isReason(error, 'NotFound')) return undefined;
    throw error;
  }
}
