import { expect, it } from 'vitest';
import type { ImageBody } from '../../api.gen';
import { Sheet } from './sheet.svelte';

const image = (marks: ImageBody['marks'] = []): ImageBody => ({ url: '/media/lessons/a.webp', width: 1080, height: 2160, alt: '', marks, variants: [] });
const kinds = (sheet: Sheet): string[] => sheet.marks.map(({ kind }) => kind);

it('undoes a drag as one, and two drags one after the other', () => {
  const sheet = new Sheet(image(), null);
  const { id } = sheet.add({ x: 0.2, y: 0.2 })!;
  for (let n = 0; n < 5; n += 1) sheet.move(id, 0.1, 0);
  sheet.seal();
  for (let n = 0; n < 5; n += 1) sheet.move(id, 0, 0.1);
  expect(sheet.mark).toMatchObject({ x: 0.7, y: 0.7 });
  sheet.undo();
  expect(sheet.mark).toMatchObject({ x: 0.7, y: 0.2 });
  sheet.undo();
  expect(sheet.mark).toMatchObject({ x: 0.2, y: 0.2 });
  sheet.undo();
  expect(sheet.marks).toEqual([]);
  expect(sheet.dirty).toBe(false);
  sheet.redo();
  sheet.redo();
  expect(sheet.mark).toMatchObject({ x: 0.7, y: 0.2 });
});

it('keeps one crop, and tells the server of it beside the marks', () => {
  const sheet = new Sheet(image([{ kind: 'tap', x: 0.5, y: 0.5 }]), '처음 화면');
  sheet.tool = 'crop';
  sheet.add({ x: 0, y: 0 }, { x: 0.5, y: 0.5 });
  sheet.add({ x: 0, y: 0.25 }, { x: 1, y: 0.75 });
  expect(kinds(sheet)).toEqual(['tap', 'crop']);
  expect(sheet.change).toEqual({ marks: [{ kind: 'tap', x: 0.5, y: 0.5 }], crop: { x: 0, y: 0.25, w: 1, h: 0.5 } });
  expect(sheet.shown).toMatchObject([{ kind: 'tap', x: 0.5, y: 0.5 }]);
});

it('sends what is hidden, and never shows it as a mark', () => {
  const sheet = new Sheet(image(), null);
  sheet.tool = 'hidden';
  sheet.addInTheMiddle();
  expect(sheet.hidden).toHaveLength(1);
  expect(sheet.change.marks).toMatchObject([{ kind: 'hidden', x: 0.35, y: 0.45, w: 0.3, h: 0.1 }]);
  expect(sheet.shown).toEqual([]);
});

it('puts a second mark where the first one does not cover it', () => {
  const sheet = new Sheet(image(), null);
  sheet.addInTheMiddle();
  sheet.addInTheMiddle();
  const [one, other] = sheet.marks;
  expect(other?.x).not.toBe(one?.x);
});

it('removes by key, and forgets that it was chosen', () => {
  const sheet = new Sheet(image(), null);
  const { id } = sheet.add({ x: 0.5, y: 0.5 })!;
  expect(sheet.press(id, 'Tab', false)).toBe(false);
  expect(sheet.press(id, 'Delete', false)).toBe(true);
  expect(sheet.mark).toBeNull();
  sheet.undo();
  expect(sheet.marks).toHaveLength(1);
});

it('is not changed by a key at the edge', () => {
  const sheet = new Sheet(image([{ kind: 'tap', x: 0, y: 0 }]), null);
  expect(sheet.press(sheet.marks[0]!.id, 'ArrowLeft', false)).toBe(true);
  expect(sheet.dirty).toBe(false);
});

it('takes the typing of a description for one change', () => {
  const sheet = new Sheet(image(), null);
  for (const alt of ['전', '전송', '전송 단추']) sheet.setAlt(alt);
  sheet.undo();
  expect(sheet.alt).toBeNull();
});

it('says something of the description only when it was changed', () => {
  const sheet = new Sheet(image(), '처음 화면');
  expect(sheet.change).toEqual({ marks: [] });
  sheet.setAlt('전송');
  expect(sheet.change.alt).toBe('전송');
  sheet.setAlt(null);
  expect(sheet.change.alt).toBe('');
});

it('takes no more marks than the server does, but a crop all the same', () => {
  const sheet = new Sheet(image(), null);
  for (let n = 0; n < 20; n += 1) expect(sheet.add({ x: n / 20, y: 0.5 })).not.toBeNull();
  expect(sheet.full).toBe(true);
  expect(sheet.add({ x: 0.5, y: 0.5 })).toBeNull();
  sheet.tool = 'crop';
  expect(sheet.addInTheMiddle()).not.toBeNull();
  expect(sheet.change.marks).toHaveLength(20);
});
