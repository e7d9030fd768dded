import { expect, test } from 'vitest';
import { releaseNotes } from './notes.ts';

const CHANGELOG = `# Changelog
## [Unreleased]
### Added
- More.

## [0.2.0] - 2026-12-01
### Added
- The first thing.

## [0.1.0] - 2026-11-01
`;

test('the notes of a version are its section of the changelog', () => {
  expect(releaseNotes('v0.2.0', '0.2.0', CHANGELOG)).toBe('### Added\n- The first thing.\n');
});

test('tag, package and changelog tell of the same version', () => {
  expect(() => releaseNotes('v0.3.0', '0.2.0', CHANGELOG)).toThrow('Expected the tag v0.2.0');
  for (const version of ['0.1.0', '0.3.0']) {
    expect(() => releaseNotes(`v${version}`, version, CHANGELOG)).toThrow(
      `Expected a section "## [${version}]" with text in CHANGELOG.md, found none`,
    );
  }
});
