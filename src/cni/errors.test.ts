import { describe, expect, it } from 'vitest';
import { asCniError, CniError, parseCniError } from './errors.ts';

describe('CniError', () => {
  it('prints the object of the specification', () => {
    const error = new CniError(
      7,
      'Invalid Configuration',
      'Network 192.168.0.0/31 too small to allocate from.',
    );
    expect(JSON.parse(JSON.stringify(error.toJsonOf('1.1.0')))).toEqual({
      cniVersion: '1.1.0',
      code: 7,
      msg: 'Invalid Configuration',
      details: 'Network 192.168.0.0/31 too small to allocate from.',
    });
  });

  it('leaves out what is empty', () => {
    expect(JSON.stringify(new CniError(5, 'x'))).toBe('{"code":5,"msg":"x"}');
    expect(JSON.stringify({ nested: new CniError(5, 'x') })).toBe('{"nested":{"code":5,"msg":"x"}}');
  });

  it('reads what it prints', () => {
    const error = parseCniError(JSON.parse(JSON.stringify(new CniError(11, 'later', 'soon'))));
    expect(error).toMatchObject({ code: 11, message: 'later', details: 'soon' });
    expect(String(error)).toBe('CNI error 11: later; soon');
  });

  it.each([null, 'x', [], {}, { code: '7' }, { code: 7.5 }])('takes %j for no error object', (value) => {
    expect(parseCniError(value)).toBeUndefined();
  });

  it('wraps anything else as 999, with its cause', () => {
    const cause = new TypeError('boom');
    expect(asCniError(cause)).toMatchObject({ code: 999, message: 'boom', cause });
    expect(asCniError('text')).toMatchObject({ code: 999, message: 'text' });
    const own = new CniError(101, 'full');
    expect(asCniError(own)).toBe(own);
  });
});
