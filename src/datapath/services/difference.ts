/** From one state of a service port in the kernel to another: which entries of which maps. Pure. */
import type { Placed, PlacedBackend } from './arrange.ts';
import { type BackendEntry, type SlotKey, VIEWS } from './maps/backend.ts';
import type { FrontendEntry, FrontendKey } from './maps/frontend.ts';
import type { MaglevKey } from './maps/maglev.ts';
import type { FrontendSpec } from './spec.ts';

/** The backends of a Maglev table, to be made from their names. */
export interface MaglevTable {
  readonly ids: readonly number[];
  readonly names: readonly string[];
}

/**
 * Changes of the maps, in the order in which they must be made, so that whoever reads meanwhile finds either a whole
 * service or none: what is referred to comes before what refers to it, and goes after. Between two steps a slot may
 * name a backend twice, and one beyond the count may linger; neither is ever empty below the count.
 */
export interface Changes {
  readonly putBackends: [number, BackendEntry][];
  readonly putSlots: [SlotKey, number][];
  readonly putTables: [MaglevKey, MaglevTable][];
  readonly putFrontends: [FrontendKey, FrontendEntry][];
  readonly deleteFrontends: FrontendKey[];
  readonly deleteTables: MaglevKey[];
  readonly deleteSlots: SlotKey[];
  readonly deleteBackends: number[];
}

export const noChanges = (): Changes => ({
  putBackends: [],
  putSlots: [],
  putTables: [],
  putFrontends: [],
  deleteFrontends: [],
  deleteTables: [],
  deleteSlots: [],
  deleteBackends: [],
});

/** Adds what leads from one state to the other. Either may be absent: nothing is there, or nothing is to be. */
export function difference(from: Placed | undefined, to: Placed | undefined, changes: Changes): void {
  backends(from, to, changes);
  for (const view of VIEWS.keys()) {
    slots(from, to, view, changes);
    tables(from, to, view, changes);
  }
  frontends(from, to, changes);
}

const entryOf = ({ address, port, flags }: PlacedBackend, { protocol, service }: Placed): BackendEntry => ({
  address,
  port,
  protocol,
  service,
  flags,
});

function backends(from: Placed | undefined, to: Placed | undefined, changes: Changes): void {
  const old = new Map(from?.backends.map((backend) => [backend.id, backend]));
  for (const backend of to?.backends ?? []) {
    if (old.get(backend.id)?.flags !== backend.flags)
      changes.putBackends.push([backend.id, entryOf(backend, to!)]);
    old.delete(backend.id);
  }
  changes.deleteBackends.push(...old.keys());
}

function slots(from: Placed | undefined, to: Placed | undefined, view: number, changes: Changes): void {
  const old = from?.slots[view] ?? [];
  const next = to?.slots[view] ?? [];
  for (const [i, id] of next.entries()) {
    if (old[i] !== id) changes.putSlots.push([{ service: to!.service, view, index: i + 1 }, id]);
  }
  for (let i = next.length; i < old.length; i++)
    changes.deleteSlots.push({ service: from!.service, view, index: i + 1 });
}

function tables(from: Placed | undefined, to: Placed | undefined, view: number, changes: Changes): void {
  const old = from?.maglev ? from.slots[view]! : [];
  const next = to?.maglev ? to.slots[view]! : [];
  if (next.length > 0) {
    const there = new Set(old);
    if (old.length === next.length && next.every((id) => there.has(id))) return;
    const byId = new Map(to!.backends.map((backend) => [backend.id, backend]));
    const names = next.map((id) => `${byId.get(id)!.address} ${byId.get(id)!.port}`);
    changes.putTables.push([
      { service: to!.service, view },
      { ids: next, names },
    ]);
  } else if (old.length > 0) {
    changes.deleteTables.push({ service: from!.service, view });
  }
}

const keyOf = ({ address, port }: FrontendSpec, { family, protocol }: Placed): FrontendKey => ({
  family,
  protocol,
  address,
  port,
});

/** One text per key of the map. */
export const frontendName = ({ family, protocol, address, port }: FrontendKey): string =>
  `${protocol} ${address ?? family} ${port}`;

function entryFor({ kind }: FrontendSpec, placed: Placed): FrontendEntry {
  const { service, slots: views, affinitySeconds, maglev, dsr, internalLocal, externalLocal } = placed;
  const isClusterIp = kind === 'ClusterIP';
  return {
    kind,
    service,
    counts: [views[0].length, views[1].length],
    affinitySeconds,
    // The cluster IP has one policy for everybody. What is meant for outside is open to the node's own pods.
    internalLocal: isClusterIp && internalLocal,
    externalLocal: isClusterIp ? internalLocal : externalLocal,
    maglev,
    dsr: dsr && !isClusterIp,
  };
}

function frontends(from: Placed | undefined, to: Placed | undefined, changes: Changes): void {
  const old = new Map<string, [FrontendKey, FrontendEntry]>();
  for (const frontend of from?.frontends ?? []) {
    const key = keyOf(frontend, from!);
    old.set(frontendName(key), [key, entryFor(frontend, from!)]);
  }
  for (const frontend of to?.frontends ?? []) {
    const key = keyOf(frontend, to!);
    const name = frontendName(key);
    const value = entryFor(frontend, to!);
    const before = old.get(name);
    old.delete(name);
    if (before === undefined || from!.stale || !sameEntry(before[1], value))
      changes.putFrontends.push([key, value]);
  }
  changes.deleteFrontends.push(...[...old.values()].map(([key]) => key));
}

const sameEntry = (a: FrontendEntry, b: FrontendEntry): boolean =>
  a.kind === b.kind &&
  a.service === b.service &&
  a.counts[0] === b.counts[0] &&
  a.counts[1] === b.counts[1] &&
  a.affinitySeconds === b.affinitySeconds &&
  a.internalLocal === b.internalLocal &&
  a.externalLocal === b.externalLocal &&
  a.maglev === b.maglev &&
  a.dsr === b.dsr;
