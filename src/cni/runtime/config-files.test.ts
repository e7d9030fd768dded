import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadFirstNetwork, loadNetwork } from './config-files.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'clb-net.d-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function write(name: string, value: object): void {
  mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
  writeFileSync(path.join(dir, name), JSON.stringify({ cniVersion: '1.0.0', ...value }));
}

describe('loadNetwork', () => {
  it('finds lists before single plugins, each by file name', () => {
    write('00-a.conf', { name: 'a', type: 'single' });
    write('20-a.conflist', { name: 'a', plugins: [{ type: 'twenty' }] });
    write('10-a.conflist', { name: 'a', plugins: [{ type: 'ten' }] });
    write('30-b.json', { name: 'b', type: 'b' });
    expect(loadNetwork(dir, 'a').plugins.map(({ type }) => type)).toEqual(['ten']);
    expect(loadNetwork(dir, 'b').plugins.map(({ type }) => type)).toEqual(['b']);
  });

  it('says which name it did not find where', () => {
    write('10-a.conflist', { name: 'a', plugins: [{ type: 'x' }] });
    const message = `${dir}: no net configuration with name "z"`;
    expect(() => loadNetwork(dir, 'z')).toThrow(expect.objectContaining({ code: 'not-found', message }));
    expect(() => loadNetwork(path.join(dir, 'absent'), 'z')).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });

  it('appends the plugins of the folder with its name, unless it forbids them', () => {
    write('10-a.conflist', { name: 'a', plugins: [{ type: 'inline' }] });
    write('20-b.conflist', { name: 'b', plugins: [{ type: 'inline' }], loadOnlyInlinedPlugins: true });
    write('30-c.conflist', { name: 'c' });
    for (const name of ['a', 'b', 'c']) {
      write(`${name}/20.conf`, { type: 'twenty' });
      write(`${name}/10.conf`, { type: 'ten' });
    }
    const types = (name: string) => loadNetwork(dir, name).plugins.map(({ type }) => type);
    expect(types('a')).toEqual(['inline', 'ten', 'twenty']);
    expect(types('b')).toEqual(['inline']);
    expect(types('c')).toEqual(['ten', 'twenty']);
  });

  it('refuses a network without plugins', () => {
    write('10-a.conflist', { name: 'a' });
    expect(() => loadNetwork(dir, 'a')).toThrow('no plugin configs found');
  });
});

describe('loadFirstNetwork', () => {
  it('takes the first file of any kind, as containerd does', () => {
    write('20-a.conflist', { name: 'a', plugins: [{ type: 'x' }] });
    write('10-b.conf', { name: 'b', type: 'x' });
    writeFileSync(path.join(dir, '00-note.txt'), 'not a configuration');
    expect(loadFirstNetwork(dir).name).toBe('b');
  });

  it('says so when there is none', () => {
    expect(() => loadFirstNetwork(dir)).toThrow(`${dir}: no net configurations found`);
  });

  it('names the broken file', () => {
    writeFileSync(path.join(dir, '10-a.conflist'), '{');
    expect(() => loadFirstNetwork(dir)).toThrow(expect.objectContaining({ code: 'not-json' }));
    mkdirSync(path.join(dir, 'x.d'));
    expect(() => loadFirstNetwork(path.join(dir, '10-a.conflist'))).toThrow(
      expect.objectContaining({ code: 'unreadable' }),
    );
  });
});
