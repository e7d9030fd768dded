import { expect, test } from 'vitest';
import { debianSuite, parseTargets } from './debian.ts';

test('the suite is the one of a Debian machine', () => {
  expect(debianSuite('PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\nVERSION_CODENAME=bookworm\n')).toBe(
    'bookworm',
  );
  expect(debianSuite('ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n')).toBeUndefined();
  expect(debianSuite('ID="fedora"\n')).toBeUndefined();
});

test('entries are those that apt has of Debian', () => {
  const output = [
    'Debian\thttp://mirror/debian/\tbookworm\tmain',
    'Somebody\thttp://other/\tstable\tmain',
    'Debian\thttp://mirror/security/\tbookworm-security\tmain',
    '',
  ].join('\n');
  expect(parseTargets(output)).toEqual([
    'deb http://mirror/debian/ bookworm main',
    'deb http://mirror/security/ bookworm-security main',
  ]);
});
