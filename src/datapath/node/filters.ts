import { type BpfProgram, UnsupportedFeature } from '../../kernel/bpf/index.ts';
import {
  createClsact,
  type FilterBlock,
  type FilterHook,
  getLink,
  KernelError,
  parseLink,
  type Request,
  type RtSocket,
  setBpfFilter,
} from '../../kernel/index.ts';
import { POD_LINK_PEER } from './links.ts';

/** Our filters' places on a hook: ours are those with these priorities. Services come first. */
const PRIORITY = { services: 0xc1aa, datapath: 0xc1ab } as const;
export type FilterOwner = keyof typeof PRIORITY;
export const FILTER_PRIORITIES: readonly number[] = Object.values(PRIORITY);

/** The filters that all pods' links share. */
export const POD_BLOCK: FilterBlock = { block: 0xc1ab };

/** Attaches a program to a link, in the place of an earlier version of it. Throws KernelError, UnsupportedFeature. */
export function attachFilter(
  socket: RtSocket,
  owner: FilterOwner,
  hook: FilterHook,
  name: string,
  program: BpfProgram,
): void {
  attach(socket, owner, createClsact(hook.ifindex), hook, name, program);
}

/** Attaches a program to the links of all pods, those that are there and those to come. Throws as {@link attachFilter}. */
export function attachPodFilter(
  socket: RtSocket,
  owner: FilterOwner,
  name: string,
  program: BpfProgram,
): void {
  // The block lives as long as a link has it: churnlab1, which nothing reaches, is there always.
  const anchor = socket.request(getLink({ name: POD_LINK_PEER }))[0]![0]!;
  attach(socket, owner, createClsact(parseLink(anchor).index, POD_BLOCK), POD_BLOCK, name, program);
}

function attach(
  socket: RtSocket,
  owner: FilterOwner,
  qdisc: Request,
  hook: FilterHook | FilterBlock,
  name: string,
  program: BpfProgram,
): void {
  const [created, attached] = socket.attempt(
    qdisc,
    setBpfFilter({ hook, program: program.fd, name, priority: PRIORITY[owner] }),
  );
  if (created instanceof KernelError && created.code === 'ENOENT') {
    throw new UnsupportedFeature('the clsact queueing discipline', '4.5', { cause: created });
  }
  if (created instanceof KernelError && created.code !== 'EEXIST') throw created;
  if (attached instanceof KernelError) throw attached;
}
