/** Options of substrate kubeconfig: which cluster, of what its pods are, what is put up with. */
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { type ClusterImages, IMAGE_NAMES } from '../substrate/index.ts';

/** What is said about a cluster on the command line. */
export interface ClusterFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly image?: ClusterImages | undefined;
  readonly allowOtherWorkloads?: true | undefined;
}

export function kubeconfigOption() {
  return new Option(
    '--kubeconfig <file>',
    'of substrate kubeconfig: the file, in place of KUBECONFIG and ~/.kube/config',
  );
}

export function contextOption() {
  return new Option('--context <name>', 'of substrate kubeconfig: the context, in place of the current one');
}

export function imageOption() {
  return new Option(
    '--image <name=reference>',
    `of substrate kubeconfig: where the cluster pulls an image of \`npm run lab:images\` from; names: ${IMAGE_NAMES.join(', ')}`,
  ).argParser(readImage);
}

export function otherWorkloadsOption() {
  return new Option(
    '--allow-other-workloads',
    'of substrate kubeconfig: use a cluster in which others have pods',
  );
}

/** `responder=registry.example/responder:1`, added to those before. */
function readImage(text: string, before: ClusterImages | undefined): ClusterImages {
  const [, name = '', reference = ''] = /^([^=]*)=(.+)$/.exec(text) ?? [];
  if ((IMAGE_NAMES as readonly string[]).includes(name)) return { ...before, [name]: reference };
  throw new InvalidArgumentError(
    `Expected NAME=REFERENCE with a name of ${IMAGE_NAMES.join(', ')}, such as responder=registry.example/responder:1.`,
  );
}
