import type { Node } from '../../../kube/index.ts';

/** What most clusters can pull. */
const UPSTREAM = 'registry.k8s.io/pause:3.10';
const PAUSE = /(^|\/)pause:[^@]+$/;

/**
 * The image of pods that do nothing: the one that all of these nodes have for their own sandboxes, so that none is pulled;
 * the upstream one where nodes do not tell of the same.
 */
export function pauseImage(nodes: readonly Node[]): string {
  const [first = new Set<string>(), ...others] = nodes.map((node) => new Set(imagesOf(node)));
  return [...first].find((image) => others.every((each) => each.has(image))) ?? UPSTREAM;
}

/** A kubelet tells of its 50 largest images only (nodeStatusMaxImages). */
function imagesOf({ status }: Node): readonly string[] {
  const images = (status?.images ?? []) as readonly { readonly names?: readonly string[] | null }[];
  return images.flatMap(({ names }) => names ?? []).filter((name) => PAUSE.test(name));
}
