import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Target } from '../kube/index.ts';
import { type OperatorSpec, readOperatorConfig } from './operator-config.ts';

export const USAGE =
  'usage: main.ts (--socket PATH --token-file FILE | --kubeconfig FILE) --config FILE [--control PATH]';

export interface ProcessOptions {
  readonly target: Target;
  readonly spec: OperatorSpec;
  /** Unix socket for `status` and `metrics`. */
  readonly control: string | undefined;
}

/** Reads the command line and the files it names. @throws Error when anything is missing or wrong. */
export function readOptions(args: readonly string[]): ProcessOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { socket: text, 'token-file': text, kubeconfig: text, config: text, control: text },
  });
  if (values.config === undefined) throw new Error('Expected --config FILE');
  return { target: targetOf(values), spec: readConfig(values.config), control: values.control };
}

function targetOf(values: { socket?: string; 'token-file'?: string; kubeconfig?: string }): Target {
  const { socket, 'token-file': tokenFile, kubeconfig } = values;
  if (kubeconfig !== undefined && socket === undefined && tokenFile === undefined) return { kubeconfig };
  if (kubeconfig !== undefined || socket === undefined || tokenFile === undefined) {
    throw new Error('Expected either --socket PATH with --token-file FILE, or --kubeconfig FILE');
  }
  return { socketPath: socket, token: readFileSync(tokenFile, 'utf8').trim() };
}

function readConfig(file: string): OperatorSpec {
  try {
    return readOperatorConfig(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file}: ${(cause as Error).message}`, { cause });
  }
}
