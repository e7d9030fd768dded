import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entries, type JournalEntry, record } from './journal.ts';
import { LabDirectory } from './lab-directory.ts';

let home: string;
let lab: LabDirectory;

beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-journal-'));
  lab = new LabDirectory('journal', home);
  lab.create();
});
afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

const entry = (n: number): JournalEntry => ({ kind: 'cgroup', path: `/nowhere/${n}` });

test('without a journal there is nothing to undo', () => {
  expect(entries(lab)).toEqual([]);
});

test('entries come back in their order, and only their owner reads them', () => {
  record(lab, entry(1));
  record(lab, entry(2));
  expect(entries(lab)).toEqual([entry(1), entry(2)]);
  expect(fs.statSync(lab.file('journal.jsonl')).mode & 0o777).toBe(0o600);
});

test('a torn last line is passed over', () => {
  record(lab, entry(1));
  fs.appendFileSync(lab.file('journal.jsonl'), '{"kind":"cgroup","pa');
  expect(entries(lab)).toEqual([entry(1)]);
});
