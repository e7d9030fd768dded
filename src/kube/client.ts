import { HttpClient } from './http-client.ts';
import type { KubeClient } from './kube-client.ts';
import type { RawAccess } from './raw-access.ts';
import { kubeconfigTransport, podTransport, socketTransport } from './transport.ts';

export type Target =
  | { readonly socketPath: string; readonly token: string }
  /** Several files are merged as kubectl merges them. */
  | { readonly kubeconfig: string | readonly string[]; readonly context?: string }
  /** From inside a pod, as its service account. */
  | { readonly server: string; readonly caFile: string; readonly tokenFile: string };

/**
 * A client of an API server on a unix socket, of the cluster in a kubeconfig file, or of the one that this pod is in. Nothing is opened before
 * the first request, which is also what reports a kubeconfig that cannot be used.
 */
export function connect(target: Target): KubeClient & RawAccess {
  if ('socketPath' in target) return new HttpClient(socketTransport(target.socketPath, target.token));
  if ('server' in target) return new HttpClient(podTransport(target));
  return new HttpClient(kubeconfigTransport([target.kubeconfig].flat(), target.context));
}
