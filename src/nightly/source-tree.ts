import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { NightlyError } from './nightly-error.ts';

/** Sources that can run scenarios: those that this program is of, or a baseline's. */
export interface SourceTree {
  /** As it was asked for. */
  readonly name: string;
  readonly folder: string;
  /** `unknown` where git does not know it. */
  readonly commit: string;
  readonly dirty: boolean;
}

/** The tree in a folder. @throws NightlyError bad-baseline */
export async function treeIn(folder: string, name = folder): Promise<SourceTree> {
  if (!isTree(folder)) {
    throw new NightlyError(
      'bad-baseline',
      `Expected a clone of churnlab, got ${folder}: it has no ${COMMAND}`,
    );
  }
  const [commit, status] = await Promise.all([
    git(folder, 'rev-parse', 'HEAD').catch(() => 'unknown'),
    git(folder, 'status', '--porcelain').catch(() => ''),
  ]);
  return { name, folder, commit, dirty: status !== '' };
}

/** Where the command lies in a tree. */
export const COMMAND = 'lab/churnlab.mjs';

/** Whether a folder holds a clone; what is none may still be a revision of that name. */
export function isTree(folder: string): boolean {
  return existsSync(path.join(folder, COMMAND));
}

/** What to compare with when nobody says: the newest tag before HEAD, or else the commit before it. */
export async function defaultBaseline(root: string): Promise<string> {
  return await git(root, 'describe', '--tags', '--abbrev=0', 'HEAD^').catch(() => 'HEAD^');
}

/** A work tree of a revision, beside the labs. It goes with its handle. */
export class BaselineTree implements AsyncDisposable {
  readonly tree: SourceTree;
  readonly #root: string;

  private constructor(root: string, tree: SourceTree) {
    this.#root = root;
    this.tree = tree;
  }

  /** Checks a revision of the repository in `root` out. @throws NightlyError bad-baseline */
  static async checkOut(root: string, revision: string): Promise<BaselineTree> {
    const commit = await git(
      root,
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${revision}^{commit}`,
    ).catch((cause) => {
      const what = `Expected a revision or a folder as baseline, got ${revision}, which git does not know here`;
      throw new NightlyError('bad-baseline', what, { cause });
    });
    const folder = path.join(root, '.lab', '.baseline', commit.slice(0, 12));
    // One that was left behind by a night that was killed.
    await remove(root, folder);
    await mkdir(path.dirname(folder), { recursive: true });
    await git(root, 'worktree', 'add', '--detach', '--force', folder, commit);
    await sharePackages(root, folder);
    const { dirty, ...tree } = await treeIn(folder, revision);
    return new BaselineTree(root, { ...tree, commit, dirty });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await remove(this.#root, this.tree.folder);
  }
}

async function remove(root: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await git(root, 'worktree', 'prune');
}

/** The same packages need not be installed twice. */
async function sharePackages(root: string, folder: string): Promise<void> {
  const lockOf = (tree: string) => readFileSync(path.join(tree, 'package-lock.json'), 'utf8');
  if (lockOf(root) === lockOf(folder)) {
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  }
}

/** By sudo the clone is another user's. */
async function git(folder: string, ...args: string[]): Promise<string> {
  const own = ['-c', `safe.directory=${folder}`, '-C', folder];
  return (await promisify(execFile)('git', [...own, ...args], { timeout: 120_000 })).stdout.trim();
}
