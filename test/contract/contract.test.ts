/** The embedded API server answers every request of the contract as the real one was recorded to. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube/index.ts';
import { ApiServer } from '../../src/kube/server/index.ts';
import type { Manager } from '../../src/kube/server/patch/managed-fields.ts';
import { CONTRACT } from './cases/index.ts';
import { compared } from './differences.ts';
import { type Endpoint, type Exchange, runCase } from './run-case.ts';

let server: ApiServer;
let endpoint: Endpoint;

beforeAll(async () => {
  const token = 'contract';
  const serviceCidrs = ['10.96.0.0/16', 'fd00:96::/112'];
  server = await ApiServer.start({ token, tls: { host: '127.0.0.1', port: 0 }, serviceCidrs });
  const dispatcher = new Agent({ connect: { ca: server.ca } });
  endpoint = { dispatcher, origin: `https://127.0.0.1:${server.port}`, token };
});

afterAll(async () => {
  await endpoint?.dispatcher.destroy();
  await server?.[Symbol.asyncDispose]();
});

describe.each(Object.entries(CONTRACT))('%s', async (subject, cases) => {
  const file = path.join(import.meta.dirname, 'recorded', `${subject}.snap`);
  const recorded = JSON.parse(await readFile(file, 'utf8'));
  test.each(cases.map((one, index) => ({ ...one, index })))('$name', async ({ index, ...one }) => {
    const answers: Exchange[] = JSON.parse(
      JSON.stringify(await runCase(endpoint, `${subject}-${index}`, one)),
    );
    const view = (exchanges: Exchange[]) => exchanges.map((exchange, at) => compared(exchange, one.name, at));
    expect(view(answers)).toEqual(view(recorded[one.name]));
    expect(answers.map(owners)).toEqual(recorded[one.name].map(owners));
  });
});

/**
 * Who owns which fields of an answer that somebody applied to: before that nobody is written down here, so those who
 * did not apply are compared without their names.
 */
function owners({ answer }: Exchange): readonly (readonly unknown[])[] {
  const { managedFields = [] } = (answer as Partial<KubeObject>)?.metadata ?? {};
  const entries = managedFields as readonly Manager[];
  if (!entries.some(({ operation }) => operation === 'Apply')) return [];
  return entries.map(({ manager, operation, subresource, fieldsV1 }) => [
    operation === 'Apply' ? manager : operation,
    subresource,
    fieldsV1,
  ]);
}
