import { randomInt } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { Ip } from '../../ip/index.ts';
import { FileLock } from '../../kernel/index.ts';
import type { Owner } from '../host/host-record.ts';
import { IpamError } from '../ipam-error.ts';

const LOCK = 'lock';
const LAST_RESERVED = 'last_reserved_ip.';

/** An address that is taken, as a file says. */
export interface Reservation {
  readonly ip: Ip;
  /** Trimmed: `<container ID>\r\n<interface>`, from old versions the container ID alone, after a crash nothing. */
  readonly content: string;
  /** When the file was written, in ms since the epoch. */
  readonly since: number;
}

type Attachment = Pick<Owner, 'containerId' | 'ifname'>;

/**
 * The folder of a network as the reference plugin host-local has it (containernetworking/plugins,
 * plugins/ipam/host-local/backend/disk): a file for each address that is taken, named by it, the address reserved last
 * in one file a range set, and a file to lock. Both can use the same folder at the same time. As there, nothing is
 * synced to the disk: what was answered survives the end of the process, and the machine's only if the folder does.
 */
export class HostLocalStore implements Disposable {
  readonly folder: string;
  readonly #lock: FileLock;
  /** In seconds. */
  #mark = randomInt(1, 1e9);

  /** @param folder `<dataDir>/<network>`, made if it is not there. @throws IpamError `log-failed` */
  constructor(folder: string) {
    this.folder = folder;
    this.#lock = attempt(`open ${folder}`, () => {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      return new FileLock(path.join(folder, LOCK), 0o750);
    });
  }

  /** Runs this while no plugin reads or writes. All that follows is meant to be called inside. */
  hold<T>(work: () => T): T {
    return this.#lock.hold(work);
  }

  /**
   * Whether no address was taken or freed since mark(). The folder's own time of change is too coarse to tell: it is
   * the same for all that happens within a tick of the kernel's clock.
   */
  isMarked(): boolean {
    return attempt(`read ${this.folder}`, () => statSync(this.folder).mtimeMs === this.#mark * 1000);
  }

  /** Gives the folder a time of change of long ago, which no other process gives it, and which any change takes away. */
  mark(): void {
    this.#mark++;
    attempt(`mark ${this.folder}`, () => utimesSync(this.folder, this.#mark, this.#mark));
  }

  /** All that is taken, in no order. */
  list(): Reservation[] {
    return attempt(`read ${this.folder}`, () => readdirSync(this.folder))
      .filter((name) => name !== LOCK && !name.startsWith(LAST_RESERVED))
      .flatMap((name) => this.#read(name));
  }

  /** Takes an address; false when it is taken. Then `last_reserved_ip.<rangeSet>` names it. @throws IpamError `log-failed` */
  reserve(ip: Ip, owner: Attachment, rangeSet: number): boolean {
    return attempt(`reserve ${ip} in ${this.folder}`, () => {
      const file = path.join(this.folder, ip.toString());
      if (!create(file, contentOf(owner))) return false;
      try {
        writeFileSync(this.#lastReserved(rangeSet), ip.toString(), { mode: 0o600 });
      } catch (error) {
        rmSync(file);
        throw error;
      }
      return true;
    });
  }

  /** Frees an address; false when it is not this owner's. @throws IpamError `log-failed` */
  release(ip: Ip, owner: Attachment): boolean {
    const [found] = this.#read(ip.toString());
    if (found?.content !== contentOf(owner)) return false;
    attempt(`release ${ip} in ${this.folder}`, () => rmSync(path.join(this.folder, ip.toString())));
    return true;
  }

  /** The address that was reserved last, if there was one. */
  lastReserved(rangeSet: number): Ip | undefined {
    try {
      return Ip.parse(readFileSync(this.#lastReserved(rangeSet), 'utf8'));
    } catch {
      return undefined; // As there: the order is lost this once, nothing else.
    }
  }

  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
  }

  #lastReserved(rangeSet: number): string {
    return path.join(this.folder, `${LAST_RESERVED}${rangeSet}`);
  }

  /** Nothing when it is no address, or gone. */
  #read(name: string): Reservation[] {
    const file = path.join(this.folder, name);
    try {
      const ip = Ip.parse(name);
      return [{ ip, content: readFileSync(file, 'utf8').trim(), since: statSync(file).mtimeMs }];
    } catch {
      return [];
    }
  }
}

/** What a file of this owner holds; it is compared without space round it. */
export function contentOf({ containerId, ifname }: Attachment): string {
  return `${containerId.trim()}\r\n${ifname}`.trim();
}

/** False when the file is there. */
function create(file: string, content: string): boolean {
  let fd: number;
  try {
    fd = openSync(file, 'wx+', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    writeSync(fd, content);
  } catch (error) {
    rmSync(file);
    throw error;
  } finally {
    closeSync(fd);
  }
  return true;
}

function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new IpamError('log-failed', `${what}: ${(cause as Error).message}`, { cause });
  }
}
