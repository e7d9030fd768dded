import { expect, test } from 'vitest';
import type { GcRequest } from '../cni/server/index.ts';
import { type AttachmentContext, Attachments } from './attachments.ts';

test('GC goes on after a release that fails, and reports it at the end', async () => {
  const released: string[] = [];
  const addresses = {
    leases: () =>
      ['a', 'broken', 'c', 'valid'].map((containerId) => ({
        owner: { containerId, ifname: 'eth0' },
        ips: [],
      })),
  };
  const queue = {
    release: async ({ containerId }: { containerId: string }) => {
      if (containerId === 'broken') throw new Error('no space left');
      released.push(containerId);
    },
  };
  const context = {
    addresses,
    queue,
    sweeper: { doom: () => {} },
    hostPorts: { forget: async () => {} },
  } as unknown as AttachmentContext;
  const request = { validAttachments: [{ containerId: 'valid', ifname: 'eth0' }] } as unknown as GcRequest;
  await expect(new Attachments(context).gc(request)).rejects.toMatchObject({
    message: '1 attachments could not be released',
    details: 'eth0 of broken: no space left',
  });
  expect(released).toEqual(['a', 'c']);
});
