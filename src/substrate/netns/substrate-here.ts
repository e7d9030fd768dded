import { virtualHost } from '../../measure/index.ts';

/** What a lab of namespaces is called here: in a virtual machine of ours it is that machine's. */
export function substrateHere(): 'netns' | 'vm' {
  return virtualHost() ? 'vm' : 'netns';
}
