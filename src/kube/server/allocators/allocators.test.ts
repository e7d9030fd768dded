import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cidr } from '../../../ip/index.ts';
import { AddressAllocator } from './address-allocator.ts';
import { PortAllocator } from './port-allocator.ts';

test('every usable address is given once, those for static use last', () => {
  const taken = new Set<string>();
  const allocator = new AddressAllocator(Cidr.parseExact('10.0.0.0/26'), taken);
  const given: string[] = [];
  for (let address = allocator.next(); address !== undefined; address = allocator.next()) {
    taken.add(address);
    given.push(address);
  }
  expect(new Set(given).size).toBe(62);
  expect(given.slice(0, 2)).toEqual(['10.0.0.17', '10.0.0.18']);
  expect(given.slice(-16)).toEqual(Array.from({ length: 16 }, (_, i) => `10.0.0.${i + 1}`));
});

test('addresses go round: one that was given back is not the next', () => {
  const taken = new Set<string>();
  const allocator = new AddressAllocator(Cidr.parseExact('10.0.0.0/24'), taken);
  const first = allocator.next()!;
  expect(allocator.next()).not.toBe(first);
});

test('IPv6 ranges of any size work', () => {
  const allocator = new AddressAllocator(Cidr.parseExact('fd00::/8'), new Set());
  expect(allocator.next()).toBe('fd00::101');
});

test('ports: model of a set', () => {
  const operation = fc.oneof(
    fc.record({ do: fc.constant('next' as const) }),
    fc.record({ do: fc.constant('take' as const), port: fc.integer({ min: 98, max: 142 }) }),
    fc.record({ do: fc.constant('release' as const), port: fc.integer({ min: 100, max: 140 }) }),
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const ports = new PortAllocator({ first: 100, last: 140 });
      const model = new Set<number>();
      for (const step of operations) {
        if (step.do === 'release') {
          ports.release(step.port);
          model.delete(step.port);
        } else if (step.do === 'take') {
          const allowed = step.port >= 100 && step.port <= 140 && !model.has(step.port);
          expect(ports.take(step.port) === undefined).toBe(allowed);
          if (allowed) model.add(step.port);
        } else {
          const port = ports.next();
          expect(port === undefined).toBe(model.size === 41);
          if (port !== undefined) {
            expect(model.has(port)).toBe(false);
            model.add(port);
          }
        }
      }
    }),
  );
});
