import { describe, expect, it } from 'vitest';
import { exhaustedRun } from '../../testdata/exhausted-run.ts';
import { type Mark, marksOf, marksText, placeMarks } from './marks.ts';
import { timeScale } from './scale.ts';

const sides = { left: 0, right: 1000 };
const x = timeScale(100, [0, 1000]);
const mark = (second: number, text: string): Mark => ({ kind: 'fault', second, text });
const placed = (...marks: Mark[]) =>
  placeMarks(marks, x, sides).map(({ line, leftwards }) => (leftwards ? `<${line}` : `${line}>`));

describe('marks', () => {
  it('are phases, faults, changes and releases, in order', () => {
    const { run, events } = exhaustedRun();
    const marks = marksOf(run, events, run.clock.startNs);
    expect(marks.map(({ kind, second, text }) => `${second} ${kind} ${text}`)).toEqual([
      '0 phase fill',
      '8 fault kill agent (n2)',
      '18 release release 25',
      '24 change growPool default 10.31.0.0/26',
      '30 phase drain',
    ]);
    expect(marksText(marks)).toBe(
      ' Marked: kill agent (n2) at 8.00 s, release 25 at 18.0 s, growPool default 10.31.0.0/26 at 24.0 s.',
    );
  });

  it('share a line while their texts do not meet', () => {
    expect(placed(mark(0, 'a'), mark(10, 'b'))).toEqual(['0>', '0>']);
    expect(placed(mark(0, 'kill agent'), mark(1, 'kill runtime'), mark(50, 'c'))).toEqual(['0>', '1>', '0>']);
  });

  it('turn leftwards at the right edge', () => {
    expect(placed(mark(99, 'kill agent'))).toEqual(['<0']);
  });

  it('lose their text where there is no room, but stay', () => {
    const crowd = Array.from({ length: 6 }, (_, i) => mark(10 + i / 10, 'kill agent'));
    expect(placed(...crowd)).toEqual(['0>', '1>', '2>', '3>', 'undefined>', 'undefined>']);
  });
});
