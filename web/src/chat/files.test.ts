import { expect, test } from 'vitest';
import { canPreview, isPicture, limitIn, megabytes, playerFor, TAKEN } from './files';

const file = (name: string, type: string): File => new File(['x'], name, { type });

test('a picture is one also where the browser knows no type for it', () => {
  expect(isPicture(file('a.jpg', 'image/jpeg'))).toBe(true);
  expect(isPicture(file('IMG_1.HEIC', ''))).toBe(true);
  expect(isPicture(file('IMG_1.heic', 'image/heic'))).toBe(true);
  expect(isPicture(file('a.svg', 'image/svg+xml'))).toBe(false);
  expect(isPicture(file('a.pdf', ''))).toBe(false);
});

test('what the browser cannot show is not previewed', () => {
  expect(canPreview(file('a.png', 'image/png'))).toBe(true);
  expect(canPreview(file('a.heic', 'image/heic'))).toBe(false);
  expect(canPreview(file('a.heic', ''))).toBe(false);
});

test('films and sound are told by their endings', () => {
  expect(['나들이.mp4', 'IMG_2.MOV', 'a.webm', 'a.3gp'].map(playerFor)).toEqual(['video', 'video', 'video', 'video']);
  expect(['녹음.m4a', 'a.MP3', 'a.opus'].map(playerFor)).toEqual(['audio', 'audio', 'audio']);
  expect(['a.pdf', 'mp4', 'a.mp4.txt'].map(playerFor)).toEqual([null, null, null]);
});

test('sizes come from what the server says', () => {
  expect(megabytes(limitIn('A file of this kind has at most 10485760 bytes'))).toBe('10 MB');
  expect(megabytes(limitIn('The body may have at most 52494336 bytes'))).toBe('50 MB');
  expect(megabytes(limitIn('Too large'))).toBeNull();
});

test('the chooser offers what phones take', () => {
  for (const one of ['image/heic', 'video/mp4', '.hwp', 'audio/mp4']) expect(TAKEN.split(',')).toContain(one);
});
