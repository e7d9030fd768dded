import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRequest, encodeReply, encodeRequest } from './wire.ts';

const NAME = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,12}$/).filter((name) => name !== '__proto__');
const VALUE = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\n'));

describe('requests', () => {
  it('come back as they went', () => {
    const request = fc.record({
      env: fc.dictionary(NAME, VALUE, { minKeys: 1 }),
      stdin: fc.string({ unit: 'grapheme' }),
    });
    fc.assert(
      fc.property(request, ({ env, stdin }) => {
        expect(decodeRequest(encodeRequest({ env, stdin }))).toEqual({ env: { ...env }, stdin });
      }),
      { seed: 1 },
    );
  });

  it('keep empty lines of stdin', () => {
    const { env, stdin } = decodeRequest(Buffer.from('CNI_COMMAND=ADD\nCNI_ARGS=\n\n{\n\n}'));
    expect(env).toEqual({ CNI_COMMAND: 'ADD', CNI_ARGS: '' });
    expect(stdin).toBe('{\n\n}');
  });

  it.each(['', 'CNI_COMMAND=ADD\n', 'CNI_COMMAND\n\n{}', '=x\n\n{}', '\n\n{}'])(
    'refuse %j with 5',
    (text) => {
      expect(() => decodeRequest(Buffer.from(text))).toThrow(expect.objectContaining({ code: 5 }));
    },
  );

  it('may be a part of a larger buffer', () => {
    const all = Buffer.from('xxA=1\n\n{}yy');
    expect(decodeRequest(all.subarray(2, -2))).toEqual({ env: { A: '1' }, stdin: '{}' });
  });
});

it('replies begin with the exit code', () => {
  expect(encodeReply({ exitCode: 1, stdout: '{}\n' }).toString()).toBe('1\n{}\n');
  expect(encodeReply({ exitCode: 0, stdout: '' }).toString()).toBe('0\n');
});
