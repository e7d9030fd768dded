import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Lease } from '../ipam/index.ts';
import { LostAttachments } from './lost-attachments.ts';
import { linkName } from './pod-link.ts';

const lease = (containerId: string): Lease => ({
  owner: { containerId, ifname: 'eth0' },
  ips: [],
  since: 0,
});

test('an attachment is lost when two looks in a row miss its link', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-lost-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true }));
  const link = (id: string) => path.join(root, 'sys/class/net', linkName(id, 'eth0'));
  for (const id of ['stays', 'leaves']) fs.mkdirSync(link(id), { recursive: true });
  const lost = new LostAttachments(root);
  const look = (...ids: readonly string[]) => lost.look(ids.map(lease)).map(({ owner }) => owner.containerId);

  expect(look('stays', 'leaves')).toEqual([]);
  fs.rmdirSync(link('leaves'));
  expect(look('stays', 'leaves', 'added')).toEqual([]);
  fs.mkdirSync(link('added'));
  expect(look('stays', 'leaves', 'added')).toEqual(['leaves']);
  // Released meanwhile, and later an ADD again that is on its way.
  expect(look('stays', 'added')).toEqual([]);
  expect(look('stays', 'added', 'leaves')).toEqual([]);
});
