import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyOwnSource, hashOwnSource } from './own-source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'clb-source-'));
  mkdirSync(path.join(folder, 'sub'));
  put('main.go', 'package main');
  put('sub/part.go', 'package sub');
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(file: string, content: string): void {
  writeFileSync(path.join(folder, file), content);
}

function hash(): string {
  const sum = createHash('sha256');
  hashOwnSource(sum, folder);
  return sum.digest('hex');
}

test('a change of what is built changes the hash, and of nothing else', () => {
  const before = hash();
  for (const file of ['main_test.go', 'README.md']) put(file, 'new');
  expect(hash()).toBe(before);
  put('sub/part.go', 'package other');
  expect(hash()).not.toBe(before);
});

test('what a module of its own is built with is part of it', () => {
  put('go.mod', 'module own');
  put('go.sum', '');
  const before = hash();
  put('go.mod', 'module other');
  expect(hash()).not.toBe(before);
});

test('what is built is copied with its folders', () => {
  put('main_test.go', 'package main');
  const target = path.join(folder, 'target');
  copyOwnSource(folder, target);
  expect(readdirSync(target, { recursive: true }).toSorted()).toEqual(['main.go', 'sub', 'sub/part.go']);
});

test('a folder without Go files is a mistake in the recipe', () => {
  rmSync(path.join(folder, 'main.go'));
  rmSync(path.join(folder, 'sub'), { recursive: true });
  expect(hash).toThrow(`Expected Go files in ${folder}, found none`);
});
