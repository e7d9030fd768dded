import { expect, test } from 'vitest';
import { differencesDocument } from './differences-document.ts';

test('the document lists what may differ', async () => {
  await expect(differencesDocument()).toMatchFileSnapshot('../../docs/api-server-differences.md');
});
