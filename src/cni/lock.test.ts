import { describe, expect, it } from 'vitest';
import { AttachmentLock } from './lock.ts';

/** Work that notes its begin and ends when told. */
function steps(log: string[]) {
  return (name: string) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const work = async () => {
      log.push(`+${name}`);
      await promise;
      log.push(`-${name}`);
      return name;
    };
    return { work, end: resolve };
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('AttachmentLock', () => {
  it('runs one key in order and other keys beside it', async () => {
    const log: string[] = [];
    const step = steps(log);
    const lock = new AttachmentLock();
    const [a1, a2, b] = [step('a1'), step('a2'), step('b')];
    const all = [lock.run('a', a1.work), lock.run('a', a2.work), lock.run('b', b.work)];
    await settle();
    expect(log).toEqual(['+a1', '+b']);
    a2.end();
    b.end();
    a1.end();
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'b']);
    expect(log.indexOf('+a2')).toBeGreaterThan(log.indexOf('-a1'));
  });

  it('goes on after a failure', async () => {
    const lock = new AttachmentLock();
    const failed = lock.run('a', async () => {
      throw new Error('boom');
    });
    const next = lock.run('a', async () => 'ok');
    await expect(failed).rejects.toThrow('boom');
    expect(await next).toBe('ok');
  });

  it('runs exclusive work alone', async () => {
    const log: string[] = [];
    const step = steps(log);
    const lock = new AttachmentLock();
    const [a, gc, b] = [step('a'), step('gc'), step('b')];
    const all = [
      lock.run('a', a.work),
      lock.exclusive(gc.work),
      lock.run('b', b.work),
      lock.exclusive(async () => 'gc2'),
    ];
    await settle();
    expect(log).toEqual(['+a']);
    a.end();
    await settle();
    expect(log).toEqual(['+a', '-a', '+gc']);
    gc.end();
    b.end();
    await Promise.all(all);
    expect(log).toEqual(['+a', '-a', '+gc', '-gc', '+b', '-b']);
  });

  it('opens again when exclusive work fails', async () => {
    const lock = new AttachmentLock();
    await expect(lock.exclusive(() => Promise.reject(new Error('boom')))).rejects.toThrow('boom');
    expect(await lock.run('a', async () => 'ok')).toBe('ok');
  });
});
