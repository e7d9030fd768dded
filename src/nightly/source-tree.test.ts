import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BaselineTree, COMMAND, defaultBaseline, treeIn } from './source-tree.ts';

let root: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-C', root, ...args], {
    encoding: 'utf8',
  }).trim();
const write = (name: string, text: string) => {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
};
const commit = (): string => {
  git('add', '--all');
  git('commit', '--quiet', '--message', 'x');
  return git('rev-parse', 'HEAD');
};

let first: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'churnlab-tree-'));
  git('init', '--quiet');
  write('.gitignore', 'node_modules\n.lab\n');
  write('package-lock.json', '{}');
  write('node_modules/a/index.js', '');
  write(COMMAND, 'first');
  first = commit();
  write(COMMAND, 'second');
  commit();
});
afterEach(() => rmSync(root, { recursive: true }));

describe('BaselineTree', () => {
  it('is a work tree of the revision, with the packages that are there, as long as its handle', async () => {
    let folder = '';
    {
      await using baseline = await BaselineTree.checkOut(root, 'HEAD^');
      ({ folder } = baseline.tree);
      expect(baseline.tree).toMatchObject({ name: 'HEAD^', commit: first, dirty: false });
      expect(existsSync(path.join(folder, COMMAND))).toBe(true);
      expect(readlinkSync(path.join(folder, 'node_modules'))).toBe(path.join(root, 'node_modules'));
    }
    expect(existsSync(folder)).toBe(false);
    expect(git('worktree', 'list').split('\n')).toHaveLength(1);
    expect(git('status', '--porcelain')).toBe('');
  });

  it('takes the place of one that a killed night left behind', async () => {
    await BaselineTree.checkOut(root, first);
    await using again = await BaselineTree.checkOut(root, first);
    expect(again.tree.commit).toBe(first);
  });

  it('has packages of its own where its lock file is another', async () => {
    write('package-lock.json', '{ "other": true }');
    await using baseline = await BaselineTree.checkOut(root, first);
    expect(existsSync(path.join(baseline.tree.folder, 'node_modules'))).toBe(false);
  });

  it('says what it does not know', async () => {
    await expect(BaselineTree.checkOut(root, 'v9')).rejects.toMatchObject({
      code: 'bad-baseline',
      message: 'Expected a revision or a folder as baseline, got v9, which git does not know here',
    });
  });
});

describe('defaultBaseline', () => {
  it('is the newest tag before HEAD, or else the commit before', async () => {
    expect(await defaultBaseline(root)).toBe('HEAD^');
    git('tag', 'v2');
    expect(await defaultBaseline(root)).toBe('HEAD^');
    git('tag', 'v1', first);
    expect(await defaultBaseline(root)).toBe('v1');
  });
});

describe('treeIn', () => {
  it('sees what is not committed, and refuses what is no clone', async () => {
    write(COMMAND, 'third');
    expect(await treeIn(root, 'here')).toMatchObject({ name: 'here', dirty: true });
    await expect(treeIn(os.tmpdir())).rejects.toMatchObject({ code: 'bad-baseline' });
  });
});
