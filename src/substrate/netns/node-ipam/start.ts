import type { NamespaceDaemon } from '../../../kernel/index.ts';
import { connect } from '../../../kube/index.ts';
import type { LabSpec } from '../../../scenario/index.ts';
import type { LabDirectory } from '../lab-directory.ts';
import { SYSTEM_PATH, startProcess } from '../processes.ts';
import { waitForApi } from '../wait-for-api.ts';
import { createClusterCidrs } from './cluster-cidrs.ts';
import { createIpPools } from './ip-pools.ts';
import { controllerManagerArgs, KUBE_CONTROLLER_MANAGER } from './kube-controller-manager.ts';
import { operatorConfig, providerConfig } from './operator-config.ts';

/** Where the program of mode `kcm` is. */
export interface NodeIpamTools {
  readonly 'kube-controller-manager'?: string;
}

/** Name of the process that gives nodes their CIDRs. */
export function nodeIpamProcess({ ipam }: LabSpec): string {
  return ipam.mode === 'kcm' ? KUBE_CONTROLLER_MANAGER : 'operator';
}

/**
 * Starts what gives nodes their CIDRs, by mode. The API must be under way; it is waited for where something must be
 * there before the first node is.
 * @throws LabError not-ready
 */
export async function startNodeIpam(
  lab: LabDirectory,
  spec: LabSpec,
  supervisor: NamespaceDaemon,
  tools: NodeIpamTools = {},
): Promise<void> {
  switch (spec.ipam.mode) {
    case 'kcm':
      await waitForApi(lab);
      await startControllerManager(lab, spec, supervisor, tools[KUBE_CONTROLLER_MANAGER]!);
      return;
    case 'cloud': {
      const config = lab.writeJson('config/provider.json', providerConfig(lab, spec));
      await startProcess(lab, supervisor, 'provider', 'provider', ['--config', config]);
      break;
    }
    case 'multi-pool':
      await waitForApi(lab);
      await withClient(lab, (client) => createIpPools(client, spec.ipam.pools));
      break;
    case 'multi-range':
      await waitForApi(lab);
      await withClient(lab, (client) => createClusterCidrs(client, spec.ipam.pools));
  }
  await startOperator(lab, spec, supervisor);
}

async function startOperator(lab: LabDirectory, spec: LabSpec, supervisor: NamespaceDaemon): Promise<void> {
  const config = lab.writeJson('config/operator.json', operatorConfig(lab, spec));
  await startProcess(lab, supervisor, 'operator', 'operator', [
    ...['--socket', lab.apiSocket, '--token-file', lab.tokenFile],
    ...['--config', config, '--control', lab.socket('operator')],
  ]);
}

async function startControllerManager(
  lab: LabDirectory,
  spec: LabSpec,
  supervisor: NamespaceDaemon,
  program: string,
): Promise<void> {
  await supervisor.start({
    name: KUBE_CONTROLLER_MANAGER,
    argv: [program, ...controllerManagerArgs(lab, spec)],
    env: { PATH: SYSTEM_PATH },
    log: lab.log(KUBE_CONTROLLER_MANAGER),
    restart: true,
  });
}

async function withClient<T>(
  lab: LabDirectory,
  work: (client: ReturnType<typeof connect>) => Promise<T>,
): Promise<T> {
  await using client = connect({ socketPath: lab.apiSocket, token: lab.token() });
  return await work(client);
}
