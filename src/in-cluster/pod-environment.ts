import type { Target } from '../kube/index.ts';

/** Where the kubelet puts what a pod needs to be its service account (k8s.io/client-go/rest InClusterConfig). */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What the chart's templates tell a pod of ours by environment variables. */
export interface PodEnvironment {
  readonly nodeName: string;
  readonly podName: string;
  readonly podIp: string;
  readonly namespace: string;
  readonly api: Target;
}

/**
 * Reads them; `CHURNLAB_SERVICE_ACCOUNT` names another folder for token and CA.
 * @throws Error that names all that are missing
 */
export function readPodEnvironment(env: Readonly<Record<string, string | undefined>>): PodEnvironment {
  const missing: string[] = [];
  const value = (name: string): string => {
    if (!env[name]) missing.push(name);
    return env[name] ?? '';
  };
  const [nodeName, podName] = [value('NODE_NAME'), value('POD_NAME')];
  const [podIp, namespace] = [value('POD_IP'), value('POD_NAMESPACE')];
  const [host, port] = [value('KUBERNETES_SERVICE_HOST'), value('KUBERNETES_SERVICE_PORT')];
  if (missing.length > 0) throw new Error(`Expected the environment variables ${missing.join(', ')}`);
  const folder = env.CHURNLAB_SERVICE_ACCOUNT || SERVICE_ACCOUNT;
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const api = { server, caFile: `${folder}/ca.crt`, tokenFile: `${folder}/token` };
  return { nodeName, podName, podIp, namespace, api };
}
