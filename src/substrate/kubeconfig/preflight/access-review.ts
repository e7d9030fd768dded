import {
  apiVersionOf,
  type KubeClient,
  type KubeObject,
  SELF_SUBJECT_ACCESS_REVIEWS,
} from '../../../kube/index.ts';
import type { Permission } from './permissions.ts';

interface Review extends KubeObject {
  readonly status?: { readonly allowed?: boolean };
}

/**
 * Those that whoever asks does not have, by a SelfSubjectAccessReview for each: it is the API server's own answer, whatever
 * decides there.
 * @throws KubeError
 */
export async function missingPermissions(
  client: KubeClient,
  wanted: readonly Permission[],
): Promise<Permission[]> {
  const answers = await Promise.all(wanted.map((permission) => isAllowed(client, permission)));
  return wanted.filter((_, index) => !answers[index]);
}

async function isAllowed(client: KubeClient, permission: Permission): Promise<boolean> {
  const { verb, group, namespace = '' } = permission;
  const [resource, subresource = ''] = permission.resource.split('/');
  const review = await client.create<Review>(SELF_SUBJECT_ACCESS_REVIEWS, {
    apiVersion: apiVersionOf(SELF_SUBJECT_ACCESS_REVIEWS),
    kind: SELF_SUBJECT_ACCESS_REVIEWS.kind,
    metadata: {},
    spec: { resourceAttributes: { verb, group, resource, subresource, namespace } },
  });
  return review.status?.allowed === true;
}
