import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';

export interface KubeconfigContent {
  readonly server: string;
  readonly token: string;
  /** A file. */
  readonly certificateAuthority: string;
  /** Of cluster, user and context: credentials are cached by user name, so another one for every cluster. */
  readonly name: string;
}

/** Writes a kubeconfig with one context, readable by its owner only, and returns its path. */
export async function writeKubeconfig(file: string, content: KubeconfigContent): Promise<string> {
  const { server, token, certificateAuthority, name } = content;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority': certificateAuthority } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  await writeFile(file, stringify(config), { mode: 0o600 });
  return file;
}
