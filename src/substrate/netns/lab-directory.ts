import fs from 'node:fs';
import path from 'node:path';
import type { LabSpec } from '../../scenario/index.ts';
import { LabError } from '../lab-error.ts';

/** The repository's root: labs lie beside the sources that made them. */
const ROOT = path.resolve(import.meta.dirname, '../../..');
const NAME = /^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/;

/** A node of a running lab. */
export interface NodeRecord {
  readonly name: string;
  /** Process that holds the node's namespaces. */
  readonly pid: number;
  /** Addresses on the fabric, IPv4 first. */
  readonly ips: readonly string[];
}

/** A process of the lab that the supervisor keeps running, and the nodes that it serves. */
export interface HostedRecord {
  readonly process: string;
  readonly nodes: readonly string[];
}

/** What `lab.json` holds: all that a later command needs to find its way round a running lab. */
export interface LabRecord {
  readonly version: 1;
  readonly name: string;
  readonly createdAt: string;
  readonly spec: LabSpec;
  readonly cgroup: string;
  readonly apiPort: number;
  /** Where pod namespaces and the nodes' processes reach the API. */
  readonly apiAddress: string;
  readonly fabricPid: number;
  readonly outsidePid: number;
  readonly nodes: readonly NodeRecord[];
  readonly agents: readonly HostedRecord[];
  readonly runtimes: readonly HostedRecord[];
  /** Folders of plugins, the way CNI_PATH lists them. */
  readonly cniPath: readonly string[];
}

/** `.lab/<name>/`: state, logs, sockets and journal of one lab. Readable by its owner only. */
export class LabDirectory {
  readonly name: string;
  readonly path: string;

  /** @throws LabError bad-name */
  constructor(name: string, home = path.join(ROOT, '.lab')) {
    if (!NAME.test(name)) {
      throw new LabError(
        'bad-name',
        `Expected a lab's name of up to 30 lower-case letters, digits and dashes, got ${JSON.stringify(name)}`,
      );
    }
    this.name = name;
    this.path = path.join(home, name);
  }

  /** Names of the labs that have a directory, running or not. */
  static list(home = path.join(ROOT, '.lab')): string[] {
    if (!fs.existsSync(home)) return [];
    return fs.readdirSync(home).filter((name) => NAME.test(name));
  }

  file(...parts: readonly string[]): string {
    return path.join(this.path, ...parts);
  }

  /** Directory of a namespace daemon: `fabric`, `outside`, `supervisor` or a node. */
  daemon(name: string): string {
    return this.file('daemons', name);
  }

  log(process: string): string {
    return this.file('logs', `${process}.log`);
  }

  socket(process: string): string {
    return this.file('sockets', `${process}.sock`);
  }

  get apiSocket(): string {
    return this.file('api.sock');
  }

  get kubeconfig(): string {
    return this.file('kubeconfig');
  }

  get tokenFile(): string {
    return this.file('token');
  }

  create(): void {
    for (const part of ['', 'daemons', 'logs', 'sockets', 'config']) {
      fs.mkdirSync(this.file(part), { recursive: true, mode: 0o700 });
    }
  }

  remove(): void {
    fs.rmSync(this.path, { recursive: true, force: true });
  }

  /** Whether a netns lab is here, or what is left of one. */
  isNetns(): boolean {
    return ['lab.json', 'journal.jsonl'].some((file) => fs.existsSync(this.file(file)));
  }

  /** The lab that is up here, if any. */
  read(): LabRecord | undefined {
    return this.readJson<LabRecord>('lab.json');
  }

  write(record: LabRecord): void {
    this.writeJson('lab.json', record);
  }

  /** What {@link writeJson} wrote, if it did. */
  readJson<T>(name: string): T | undefined {
    const file = this.file(name);
    return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as T) : undefined;
  }

  /** Writes a file that only the owner reads, whole or not at all. */
  writeJson(name: string, value: unknown): string {
    const file = this.file(name);
    fs.writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    fs.renameSync(`${file}.new`, file);
    return file;
  }

  token(): string {
    return fs.readFileSync(this.tokenFile, 'utf8').trim();
  }
}
