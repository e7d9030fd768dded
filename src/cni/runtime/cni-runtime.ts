/** The runtime's side of the specification: what libcni is in Go. */
import type { NetworkList } from '../config.ts';
import { CNI_CODES, CniError } from '../errors.ts';
import { AttachmentLock } from '../lock.ts';
import type { AttachmentId } from '../plugin-config.ts';
import type { CniResult } from '../result.ts';
import {
  type CniCommand,
  hasPrevResultOnDelete,
  hasVerb,
  negotiateVersion,
  RUNTIME_VERSIONS,
} from '../versions.ts';
import { type Attachment, validateAttachment } from './attachment.ts';
import { type CniCallError, collect, guard, joined, refused } from './call-error.ts';
import type { Executor } from './executor.ts';
import { findPlugin } from './find-plugin.ts';
import { PluginCaller, type PluginCallerOptions } from './plugin-caller.ts';
import { type CachedAttachment, DEFAULT_CACHE_DIR, ResultCache } from './result-cache.ts';
import { type ChainTiming, chainTiming } from './timing.ts';

export interface CniRuntimeOptions {
  /** Folders with plugins, searched in this order and passed on as CNI_PATH. */
  readonly pluginPath: readonly string[];
  readonly executor: Executor;
  /** Root of the result cache, default /var/lib/cni. */
  readonly cacheDir?: string;
  /** What plugins inherit beside the CNI variables; default: PATH alone, which some need to find iptables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where a plugin's program is; default: the first file of that name along the path. */
  readonly findPlugin?: PluginCallerOptions['findPlugin'];
}

export interface AddOutcome {
  /** Of the last plugin. */
  readonly result: CniResult;
  readonly timing: ChainTiming;
}

export interface GcOutcome {
  /** Attachments of the cache that were no longer valid: each was deleted first, by DEL. */
  readonly deleted: readonly AttachmentId[];
  /** The GC verb itself; undefined when the network's version has none, or GC is switched off. */
  readonly timing: ChainTiming | undefined;
}

/**
 * Executes networks: plugins in order with the previous result, DEL in reverse, results on disk. Calls for one
 * container run one after another, GC runs alone ("Lifecycle & Ordering"). Every failure is a CniCallError with
 * the timings up to it.
 */
export class CniRuntime {
  readonly cache: ResultCache;
  readonly #options: PluginCallerOptions;
  readonly #lock = new AttachmentLock();

  constructor(options: CniRuntimeOptions) {
    this.cache = new ResultCache(options.cacheDir ?? DEFAULT_CACHE_DIR);
    this.#options = {
      pluginPath: options.pluginPath,
      executor: options.executor,
      environment: options.environment ?? { PATH: process.env.PATH ?? '' },
      findPlugin: options.findPlugin ?? findPlugin,
    };
  }

  /**
   * Attaches. After a failure the runtime owes a DEL; `deleteOnFailure` does it at once, and its own failure, if
   * any, is left to the caller's next DEL.
   */
  addNetworkList(
    list: NetworkList,
    attachment: Attachment,
    { deleteOnFailure = false } = {},
  ): Promise<AddOutcome> {
    return this.#lock.run(attachment.containerId, async () => {
      try {
        return await this.#add(list, attachment);
      } catch (error) {
        if (deleteOnFailure) await this.#del(list, attachment).catch(() => undefined);
        throw error;
      }
    });
  }

  /** Detaches; the first plugin that fails ends it, and the cached result stays for the next try. */
  delNetworkList(list: NetworkList, attachment: Attachment): Promise<ChainTiming> {
    return this.#lock.run(attachment.containerId, () => this.#del(list, attachment));
  }

  /** Undefined when the network has disableCheck. Fails for one without a cached result, or before 0.4.0. */
  checkNetworkList(list: NetworkList, attachment: Attachment): Promise<ChainTiming | undefined> {
    return this.#lock.run(attachment.containerId, async () => {
      if (!hasVerb(list.cniVersion, 'CHECK')) {
        const message = `configuration version "${list.cniVersion}" does not support the CHECK command`;
        throw refused(list.name, 'CHECK', new CniError(CNI_CODES.incompatibleVersion, message));
      }
      if (list.disableCheck) return undefined;
      const prevResult = guard(list.name, 'CHECK', 'refused', () => {
        validateAttachment(attachment);
        return this.cache.result(list, attachment);
      });
      if (!prevResult) {
        const message = `container ${attachment.containerId} has no cached result: it was not added`;
        throw refused(list.name, 'CHECK', new CniError(CNI_CODES.unknownContainer, message));
      }
      return this.#forAll(list, 'CHECK', list.plugins, { attachment, prevResult });
    });
  }

  /**
   * Deletes cached attachments of this network that are not in the list, then calls GC of each plugin; goes on
   * after failures and reports all of them at the end.
   */
  gcNetworkList(list: NetworkList, validAttachments: readonly AttachmentId[]): Promise<GcOutcome> {
    return this.#lock.exclusive(async () => {
      if (list.disableGC) return { deleted: [], timing: undefined };
      const valid = new Set(validAttachments.map(({ containerId, ifname }) => `${containerId} ${ifname}`));
      const stale = this.cache
        .attachments()
        .filter(
          ({ network, containerId, ifname }) =>
            network === list.name && !valid.has(`${containerId} ${ifname}`),
        );
      const failures: CniCallError[] = [];
      const deleted: AttachmentId[] = [];
      for (const attachment of stale) {
        const { containerId, ifname } = attachment;
        const deletedNow = await collect(failures, () => this.#del(list, attachment));
        if (deletedNow) deleted.push({ containerId, ifname });
      }
      const caller = new PluginCaller(this.#options, list, 'GC');
      for (const plugin of hasVerb(list.cniVersion, 'GC') ? list.plugins : []) {
        await collect(failures, () => caller.callForSuccess(plugin, { validAttachments }));
      }
      const timing = chainTiming('GC', caller.timings);
      if (failures.length > 0) throw joined(list.name, 'GC', failures, timing);
      return { deleted, timing };
    });
  }

  /** Undefined before 1.1.0, where networks have no status. The first plugin that fails ends it. */
  async statusNetworkList(list: NetworkList): Promise<ChainTiming | undefined> {
    if (!hasVerb(list.cniVersion, 'STATUS')) return undefined;
    return this.#forAll(list, 'STATUS', list.plugins, {});
  }

  /** What each plugin of the network answers to VERSION, by type. */
  async versions(list: NetworkList): Promise<ReadonlyMap<string, readonly string[]>> {
    const caller = new PluginCaller(this.#options, list, 'VERSION');
    const versions = new Map<string, readonly string[]>();
    for (const plugin of list.plugins) {
      if (versions.has(plugin.type)) continue;
      versions.set(plugin.type, await caller.timed(() => caller.callForVersions(plugin)));
    }
    return versions;
  }

  /**
   * The network at the highest version that its configuration, every plugin and this runtime know; a runtime may
   * ask the plugins ("Version considerations"). Throws CniCallError when there is none.
   */
  async negotiate(list: NetworkList): Promise<NetworkList> {
    const versions = await this.versions(list);
    const cniVersion = negotiateVersion(list.versions, RUNTIME_VERSIONS, ...versions.values());
    if (cniVersion !== undefined) return { ...list, cniVersion };
    const known = [...versions].map(([type, each]) => `${type} supports ${each.join(', ')}`);
    const error = new CniError(
      CNI_CODES.incompatibleVersion,
      'incompatible CNI versions',
      `config is ${list.versions.join(', ')}; ${known.join('; ')}`,
    );
    throw refused(list.name, 'VERSION', error);
  }

  /** Attachments in the result cache, of all networks or of one container. */
  cachedAttachments(containerId?: string): readonly CachedAttachment[] {
    return this.cache.attachments(containerId);
  }

  async #add(list: NetworkList, attachment: Attachment): Promise<AddOutcome> {
    guard(list.name, 'ADD', 'refused', () => validateAttachment(attachment));
    const caller = new PluginCaller(this.#options, list, 'ADD');
    let prevResult: CniResult | undefined;
    for (const plugin of list.plugins) {
      const additions = { attachment, prevResult };
      prevResult = await caller.timed(() => caller.callForResult(plugin, additions));
    }
    const [result, timing] = [prevResult, chainTiming('ADD', caller.timings)];
    if (!result || !timing) throw noPlugins(list, 'ADD');
    guard(list.name, 'ADD', 'cache-failed', () => this.cache.write(list, attachment, result));
    return { result, timing };
  }

  async #del(list: NetworkList, attachment: Attachment): Promise<ChainTiming> {
    guard(list.name, 'DEL', 'refused', () => validateAttachment(attachment));
    const prevResult = hasPrevResultOnDelete(list.cniVersion)
      ? this.#lastResult(list, attachment)
      : undefined;
    const timing = await this.#forAll(list, 'DEL', [...list.plugins].reverse(), { attachment, prevResult });
    this.cache.remove(list, attachment);
    return timing;
  }

  /** A pod must be removable with a cache file that nobody can read (libcni's DelNetworkList). */
  #lastResult(list: NetworkList, attachment: Attachment): CniResult | undefined {
    try {
      return this.cache.result(list, attachment);
    } catch {
      return undefined;
    }
  }

  async #forAll(
    list: NetworkList,
    command: CniCommand,
    plugins: NetworkList['plugins'],
    additions: { attachment?: Attachment; prevResult?: CniResult | undefined },
  ): Promise<ChainTiming> {
    const caller = new PluginCaller(this.#options, list, command);
    for (const plugin of plugins) await caller.timed(() => caller.callForSuccess(plugin, additions));
    const timing = chainTiming(command, caller.timings);
    if (!timing) throw noPlugins(list, command);
    return timing;
  }
}

function noPlugins(list: NetworkList, command: CniCommand): CniCallError {
  return refused(list.name, command, new CniError(CNI_CODES.invalidConfig, 'no plugins in list'));
}
