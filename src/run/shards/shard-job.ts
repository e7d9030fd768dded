import {
  apiVersionOf,
  JOBS,
  jobPods,
  type KubeClient,
  type KubeObject,
  type Pod,
  type Resource,
  ROLE_BINDINGS,
  ROLES,
  SERVICE_ACCOUNTS,
} from '../../kube/index.ts';
import { SHARD_PORT } from './protocol.ts';

const NAME = 'shards';
const JOB_LABEL = 'batch.kubernetes.io/job-name';
const INDEX_LABEL = 'batch.kubernetes.io/job-completion-index';
const PROGRAM = '/opt/churnlab/churnlab-shard.mjs';

export interface ShardJobOptions {
  readonly client: KubeClient;
  /** The run's own: what is made here goes with it. */
  readonly namespace: string;
  readonly image: string;
  readonly shards: number;
}

/**
 * Makes an Indexed Job whose pods may start and end pods in the run's namespace, and nothing else. Names of its pods in
 * the order of their index, once all of them run.
 * @throws Error when they do not run after three minutes, with what stands against it
 */
export async function makeShards(options: ShardJobOptions): Promise<string[]> {
  const { client, namespace, shards } = options;
  for (const [resource, body] of objects(options)) {
    await client.create<KubeObject>(resource, {
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: { name: NAME, namespace },
      ...body,
    });
  }
  const pods = await jobPods(
    client,
    { name: NAME, namespace },
    {
      count: shards,
      isThere: ({ status }) => status?.phase === 'Running',
      late: (running, waited) => new Error(`${running} of ${shards} shards run ${waited}`),
    },
  );
  return pods.sort(byIndex).map(({ metadata }) => metadata.name!);
}

function byIndex(a: Pod, b: Pod): number {
  const of = ({ metadata }: Pod): number => Number(metadata.labels?.[INDEX_LABEL]);
  return of(a) - of(b);
}

function objects({ namespace, image, shards }: ShardJobOptions): readonly (readonly [Resource, object])[] {
  const rbac = 'rbac.authorization.k8s.io';
  const labels = { [JOB_LABEL]: NAME };
  return [
    [SERVICE_ACCOUNTS, {}],
    [ROLES, { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['create', 'delete'] }] }],
    [
      ROLE_BINDINGS,
      {
        roleRef: { apiGroup: rbac, kind: ROLES.kind, name: NAME },
        subjects: [{ kind: SERVICE_ACCOUNTS.kind, name: NAME, namespace }],
      },
    ],
    [
      JOBS,
      {
        spec: {
          completionMode: 'Indexed',
          completions: shards,
          parallelism: shards,
          backoffLimit: 0,
          template: {
            spec: {
              restartPolicy: 'Never',
              serviceAccountName: NAME,
              enableServiceLinks: true,
              terminationGracePeriodSeconds: 1,
              topologySpreadConstraints: [
                {
                  maxSkew: 1,
                  topologyKey: 'kubernetes.io/hostname',
                  whenUnsatisfiable: 'ScheduleAnyway',
                  labelSelector: { matchLabels: labels },
                },
              ],
              containers: [
                {
                  name: 'shard',
                  image,
                  imagePullPolicy: 'IfNotPresent',
                  command: ['node', PROGRAM],
                  args: ['--shards', String(shards), '--port', String(SHARD_PORT)],
                },
              ],
            },
          },
        },
      },
    ],
  ];
}
