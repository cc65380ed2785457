import { expect, test } from 'vitest';
import { freeCorner } from './corner';

test.each([
  ['nothing', [], [1, 0]],
  ['the lower left', [{ kind: 'tap', x: 0.1, y: 0.9 }], [1, 0]],
  ['the upper right', [{ kind: 'tap', x: 0.9, y: 0.05 }], [0, 0]],
  ['a line across the top', [{ kind: 'box', x: 0.02, y: 0.02, w: 0.96, h: 0.1 }], [1, 1]],
  ['both upper corners and the lower right', [{ kind: 'tap', x: 0.9, y: 0.05 }, { kind: 'tap', x: 0.1, y: 0.05 }, { kind: 'tap', x: 0.9, y: 0.95 }], [0, 1]],
] as const)('with a mark at %s the sign goes elsewhere', (_where, marks, corner) => {
  expect(freeCorner(marks, 0.46)).toEqual(corner);
});
