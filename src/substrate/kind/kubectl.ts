import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../lab-error.ts';
import { docker, type Engine } from './engine.ts';
import { containerNamesOf, type LabNames } from './names.ts';

/** Where kubeadm leaves the administrator's on the control plane. */
const KUBECONFIG = '/etc/kubernetes/admin.conf';
const AGAIN_MS = 1000;
const PATIENCE_MS = 60_000;

/**
 * Applies objects, as YAML or JSON, by the kubectl of the control plane's node, which every node image has.
 * @throws LabError step-failed with kubectl's words
 */
export async function applyObjects(engine: Engine, { cluster }: LabNames, objects: string): Promise<void> {
  const [controlPlane] = containerNamesOf(cluster, 1);
  const kubectl = ['exec', '--interactive', controlPlane!, 'kubectl', `--kubeconfig=${KUBECONFIG}`];
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await docker(engine, [...kubectl, 'apply', '--server-side', '--filename=-'], { input: objects });
      return;
    } catch (error) {
      // Objects of a kind whose definition is among them, and not yet served.
      const isEarly = error instanceof LabError && /no matches for kind|not found/.test(error.message);
      if (!isEarly || Date.now() > deadline) throw error;
      await sleep(AGAIN_MS);
    }
  }
}
