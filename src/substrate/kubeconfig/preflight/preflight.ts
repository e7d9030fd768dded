import { JOBS, type KubeClient, type RawAccess, TEST_RUNS } from '../../../kube/index.ts';
import { LabError } from '../../lab-error.ts';
import { type ClusterSurvey, survey } from '../survey/survey.ts';
import { missingPermissions } from './access-review.ts';
import { type Finding, judge, type Needs } from './judge.ts';
import { type Permission, runPermissions, surveyPermissions } from './permissions.ts';
import { permissionText, roleManifest, ruleLine } from './rbac.ts';

/** What was found out about a cluster before anything of ours is made there. */
export interface Preflight {
  /** In the order of a table; one that is refused says what to do. */
  readonly findings: readonly Finding[];
  /** Undefined where not even a look was allowed. */
  readonly survey: ClusterSurvey | undefined;
}

/**
 * Looks at a cluster: may we, is there room, who else is there. Makes nothing.
 * @throws KubeError when the API does not answer
 */
export async function preflight(client: KubeClient & RawAccess, needs: Needs): Promise<Preflight> {
  const blind = await missingPermissions(client, surveyPermissions());
  if (blind.length > 0) return { findings: blind.map(refusal), survey: undefined };
  const found = await survey(client);
  const scriptObjects = [found.hasTestRuns ? TEST_RUNS : JOBS];
  const demand = { ...needs, release: found.own?.namespace, scriptObjects };
  const wanted = runPermissions(demand);
  const missing = await missingPermissions(client, wanted);
  const permissions: Finding = {
    check: 'permissions',
    found: `${surveyPermissions().length + wanted.length - missing.length} granted`,
    verdict: 'ok',
  };
  return { findings: [...judge(found, needs), permissions, ...missing.map(refusal)], survey: found };
}

/** One line for each thing that stands against the cluster. @throws LabError unfit-cluster */
export function requireFit({ findings }: Preflight): void {
  const refused = findings.filter(({ verdict }) => verdict === 'refused');
  if (refused.length === 0) return;
  const lines = refused.map(
    ({ check, found, advice }) => `${check}: ${found}${advice ? ` (${advice})` : ''}`,
  );
  throw new LabError('unfit-cluster', `This cluster cannot be used as it is:\n  ${lines.join('\n  ')}`);
}

function refusal(permission: Permission): Finding {
  const found = `expected to be allowed to ${permissionText(permission)}: ${permission.why}`;
  if (permission.without !== undefined) {
    return { check: 'permission', found, verdict: 'note', advice: `${permission.without} will be missing` };
  }
  return { check: 'permission', found, verdict: 'refused', advice: `rule: ${ruleLine(permission)}` };
}

/** Where `helm install` of our chart goes, as its README has it. */
const RELEASE = 'churnlab-system';

/** Roles with all that runs of any kind need, those for a network of ours among them. */
export function runnerRoles(): string {
  const everything = { services: true, sharded: true, scripts: true, scriptObjects: [JOBS, TEST_RUNS] };
  return roleManifest([...surveyPermissions(), ...runPermissions({ ...everything, release: RELEASE })]);
}
