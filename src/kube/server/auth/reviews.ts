import type { KubeObject } from '../../types.ts';
import { isRecord } from '../schema/prune.ts';
import { ADMIN, type Tokens, type User } from './tokens.ts';

/** Kinds that are asked and not stored: `create` answers with the question and a status. */
export interface Review {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly answer: (object: KubeObject, user: User, tokens: Tokens) => object;
}

const AUTHENTICATION = { group: 'authentication.k8s.io', version: 'v1', namespaced: false };
const AUTHORIZATION = { group: 'authorization.k8s.io', version: 'v1', namespaced: false };

const userInfo = ({ username, groups }: User) => ({ username, groups });
const isAdmin = ({ spec }: KubeObject): boolean => {
  const { user, groups = [] } = (isRecord(spec) ? spec : {}) as { user?: string; groups?: string[] };
  return (
    user === ADMIN.username || groups.includes('system:masters') || (user?.startsWith('system:') ?? false)
  );
};

export const REVIEWS: readonly Review[] = [
  {
    ...AUTHENTICATION,
    plural: 'tokenreviews',
    kind: 'TokenReview',
    answer: ({ spec }, user, tokens) => {
      const { token = '' } = (spec ?? {}) as { token?: string };
      return tokens.isValid(token)
        ? { authenticated: true, user: userInfo(user) }
        : { authenticated: false, error: 'invalid bearer token' };
    },
  },
  {
    ...AUTHENTICATION,
    plural: 'selfsubjectreviews',
    kind: 'SelfSubjectReview',
    answer: (_object, user) => ({ userInfo: userInfo(user) }),
  },
  {
    ...AUTHORIZATION,
    plural: 'selfsubjectaccessreviews',
    kind: 'SelfSubjectAccessReview',
    answer: () => ({ allowed: true }),
  },
  {
    ...AUTHORIZATION,
    plural: 'subjectaccessreviews',
    kind: 'SubjectAccessReview',
    answer: (object) => ({ allowed: isAdmin(object) }),
  },
  {
    ...AUTHORIZATION,
    plural: 'localsubjectaccessreviews',
    kind: 'LocalSubjectAccessReview',
    namespaced: true,
    answer: (object) => ({ allowed: isAdmin(object) }),
  },
  {
    ...AUTHORIZATION,
    plural: 'selfsubjectrulesreviews',
    kind: 'SelfSubjectRulesReview',
    answer: () => ({
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      incomplete: false,
    }),
  },
];

export function findReview(group: string, version: string, plural: string): Review | undefined {
  return REVIEWS.find(
    (review) => review.group === group && review.version === version && review.plural === plural,
  );
}
