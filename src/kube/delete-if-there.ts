import type { DeleteOptions, KubeClient } from './kube-client.ts';
import { isReason } from './kube-error.ts';
import type { Resource } from './types.ts';

/** Deletes an object; one that is gone already is as wanted. @throws KubeError for any other answer */
export async function deleteIfThere(
  client: KubeClient,
  resource: Resource,
  name: string,
  namespace?: string,
  options?: DeleteOptions,
): Promise<void> {
  try {
    await client.delete(resource, name, namespace, options);
  } catch (error) {
    if (!isReason(error, 'NotFound')) throw error;
  }
}
