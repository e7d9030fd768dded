/**
 * Results of ADD on disk, in libcni's format: <root>/results/<network>-<container ID>-<interface>, kind
 * cniCacheV1 (libcni/api.go, cachedInfo). Without fsync, as libcni writes it: after a crash of the machine the
 * pods are gone as well. Synchronous: a small file takes some tens of microseconds, a trip to libuv's pool more.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { NetworkList } from '../config.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { AttachmentId } from '../plugin-config.ts';
import { type CniResult, resultFromJson, resultToJson } from '../result.ts';
import type { Attachment } from './attachment.ts';

/** libcni's CacheDir. */
export const DEFAULT_CACHE_DIR = '/var/lib/cni';

const KIND = 'cniCacheV1';

/** The fields of a cache file. */
interface CachedInfo {
  readonly kind: typeof KIND;
  readonly containerId: string;
  /** The configuration's text in base64, as Go prints bytes. */
  readonly config: string;
  readonly ifName: string;
  readonly networkName: string;
  readonly netns?: string;
  readonly cniArgs?: Attachment['args'];
  readonly capabilityArgs?: Attachment['capabilityArgs'];
  readonly result?: JsonObject;
}

/** An attachment that was added and not deleted yet. */
export interface CachedAttachment extends Attachment {
  readonly network: string;
  /** Text of the configuration at ADD. */
  readonly config: string;
}

export class ResultCache {
  readonly #dir: string;

  constructor(root: string = DEFAULT_CACHE_DIR) {
    this.#dir = path.join(root, 'results');
  }

  /** Throws what the file system throws: ADD has failed when its result cannot be kept. */
  write(list: NetworkList, attachment: Attachment, result: CniResult): void {
    const { containerId, ifname, netns, args, capabilityArgs } = attachment;
    const info: CachedInfo = {
      kind: KIND,
      containerId,
      config: Buffer.from(list.text).toString('base64'),
      ifName: ifname,
      networkName: list.name,
      ...(netns === '' ? {} : { netns }),
      ...(args && args.length > 0 ? { cniArgs: args } : {}),
      ...(capabilityArgs && Object.keys(capabilityArgs).length > 0 ? { capabilityArgs } : {}),
      result: resultToJson(result, list.cniVersion),
    };
    const write = () =>
      writeFileSync(this.#file(list.name, attachment), JSON.stringify(info), { mode: 0o600 });
    try {
      write();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
      write();
    }
  }

  /**
   * The result of the last ADD, whatever version the network had then; undefined when there is none. Throws
   * CniError when the file's result cannot be read.
   */
  result(list: NetworkList, id: AttachmentId): CniResult | undefined {
    const value = parse(this.#read(this.#file(list.name, id)));
    if (!isObject(value)) return undefined;
    // Before cniCacheV1 the file was the result and nothing else.
    const result = value.kind === KIND ? value.result : value;
    return result === undefined ? undefined : resultFromJson(result, list.cniVersion);
  }

  remove(list: NetworkList, id: AttachmentId): void {
    rmSync(this.#file(list.name, id), { force: true });
  }

  /** Attachments of every network, or those of one container; files that are not libcni's are passed over. */
  attachments(containerId?: string): readonly CachedAttachment[] {
    let names: string[];
    try {
      names = readdirSync(this.#dir).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    return names
      .filter((name) => containerId === undefined || name.includes(`-${containerId}-`))
      .map((name) => readCached(parse(this.#read(path.join(this.#dir, name)))))
      .filter((found) => found !== undefined)
      .filter((found) => containerId === undefined || found.containerId === containerId);
  }

  #file(network: string, { containerId, ifname }: AttachmentId): string {
    return path.join(this.#dir, `${network}-${containerId}-${ifname}`);
  }

  #read(file: string): string | undefined {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readCached(value: unknown): CachedAttachment | undefined {
  if (!isObject(value) || value.kind !== KIND) return undefined;
  const info = value as unknown as CachedInfo;
  if (!info.ifName || !info.networkName || !info.containerId) return undefined;
  return {
    network: info.networkName,
    containerId: info.containerId,
    ifname: info.ifName,
    netns: info.netns ?? '',
    config: Buffer.from(info.config ?? '', 'base64').toString('utf8'),
    ...(info.cniArgs ? { args: info.cniArgs } : {}),
    ...(info.capabilityArgs ? { capabilityArgs: info.capabilityArgs } : {}),
  };
}
