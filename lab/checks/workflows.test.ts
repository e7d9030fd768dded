import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './tracked-files.ts';

const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

describe.each(globSync('.github/workflows/*.yml', { cwd: ROOT }))('%s', (file) => {
  const text = readFileSync(path.join(ROOT, file), 'utf8');

  test('names each action by its commit, with the version beside it', () => {
    for (const [, action] of text.matchAll(/uses: (.*)/g)) {
      expect(action).toMatch(/^actions\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test('may read and nothing else, but for single jobs', () => {
    expect(parse(text).permissions).toEqual({ contents: 'read' });
    expect(text).not.toContain('pull_request_target');
  });

  test('runs scripts of package.json', () => {
    for (const [, script] of text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)) {
      expect(scripts).toHaveProperty([script!]);
    }
  });
});
