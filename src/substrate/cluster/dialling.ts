import path from 'node:path';
import type { Container, PortForwarder } from '../../kube/index.ts';
import { GO_DEBUG } from '../../traffic/index.ts';

/** How the dialers of a cluster, which are pods, are spoken to. */
export type Dialling =
  /** By a folder that this machine, nodes and pods share: for their sockets and samples. */
  | {
      readonly by: 'folder';
      /** Here, and in pods. */
      readonly path: string;
      /** On the nodes. */
      readonly onNode: string;
    }
  /** Through the API server: pods share nothing with this machine. */
  | {
      readonly by: 'port';
      readonly forwarder: PortForwarder;
      /** Where the sockets are on this machine that lead to them. */
      readonly directory: string;
    };

/** On the loopback of a dialer's pod, which nobody reaches but through the API server. */
export const DIALER_PORT = 9971;
/** Where a dialer that shares no folder keeps samples until they are asked for. */
export const SAMPLES_FOLDER = '/run/podnet';

const VOLUME = 'podnet';

/** Where the dialer of a pod is reached on this machine. */
export function dialerSocket(dialling: Dialling, namespace: string, name: string): string {
  const folder = dialling.by === 'folder' ? dialling.path : dialling.directory;
  return path.join(folder, `${namespace}.${name}.sock`);
}

/** Where dialers keep what they share with others, as they see it. */
export function dialerFolder(dialling: Dialling): string {
  return dialling.by === 'folder' ? dialling.path : SAMPLES_FOLDER;
}

export function dialerMounts(dialling: Dialling): { readonly volumeMounts: readonly object[] } {
  return { volumeMounts: [{ name: VOLUME, mountPath: dialerFolder(dialling) }] };
}

/**
 * What makes a container of an image with podnet-dialer a dialer.
 * @param socket where others in its pod reach it, too
 */
export function dialerContainer(
  dialling: Dialling,
  socket?: string,
): Pick<Container, 'command' | 'env' | 'volumeMounts'> {
  const own = socket ?? (dialling.by === 'folder' ? dialerSocket(dialling, '$(NAMESPACE)', '$(POD)') : '');
  const listens = [
    ...(own === '' ? [] : ['--socket', own]),
    ...(dialling.by === 'port' ? ['--listen', `127.0.0.1:${DIALER_PORT}`] : []),
  ];
  return {
    command: ['podnet-dialer', ...listens],
    // A signal in the middle of a system call would show in latencies.
    env: [{ name: 'GODEBUG', value: GO_DEBUG }],
    ...dialerMounts(dialling),
  };
}

export function dialerVolumes(dialling: Dialling): { readonly volumes: readonly object[] } {
  const place =
    dialling.by === 'folder' ? { hostPath: { path: dialling.onNode, type: 'Directory' } } : { emptyDir: {} };
  return { volumes: [{ name: VOLUME, ...place }] };
}
