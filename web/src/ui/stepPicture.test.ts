import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import type { ImageBody } from '../api.gen';
import StepPicture from './StepPicture.svelte';

const image: ImageBody = {
  url: '/media/lessons/a-1080.webp',
  width: 1080,
  height: 2340,
  alt: '메신저 화면, 오른쪽 아래 보내기',
  marks: [{ kind: 'tap', x: 0.9, y: 0.95 }, { kind: 'box', x: 0.1, y: 0.1, w: 0.5, h: 0.1 }],
  variants: [1080, 720, 360].map((width) => ({ url: `/media/lessons/a-${width}.webp`, width })),
};
const shown = (): HTMLImageElement => screen.getByRole('img', { name: image.alt });

function connect(connection: object | undefined): void {
  Object.defineProperty(navigator, 'connection', { value: connection, configurable: true });
}

afterEach(() => {
  cleanup();
  connect(undefined);
});

test('it has its shape and its words before it comes, and all marks in one drawing', () => {
  const { container } = render(StepPicture, { image });
  expect([shown().width, shown().height]).toEqual([1080, 2340]);
  expect(shown().getAttribute('srcset')).toContain('/media/lessons/a-360.webp 360w');
  expect(container.querySelectorAll('svg')).toHaveLength(1);
  expect(container.querySelectorAll('svg g')).toHaveLength(2);
  expect(container.querySelector('svg')?.getAttribute('aria-hidden')).toBe('true');
});

test('on a slow line the small one is there before a larger one is asked for', async () => {
  connect({ effectiveType: '2g' });
  render(StepPicture, { image });
  expect([shown().getAttribute('src'), shown().getAttribute('srcset')]).toEqual(['/media/lessons/a-360.webp', '']);
  await fireEvent.load(shown());
  expect(shown().getAttribute('srcset')).toContain('1080w');
});

test('where every byte is paid for it stays small until somebody looks closely', async () => {
  connect({ effectiveType: '4g', saveData: true });
  const { rerender } = render(StepPicture, { image });
  await fireEvent.load(shown());
  expect(shown().getAttribute('srcset')).toBe('');
  await rerender({ sharp: true });
  expect(shown().getAttribute('sizes')).toBe('1080px');
});

test('a smaller one is better than none, its words than nothing; and it is asked for again', async () => {
  const { container } = render(StepPicture, { image });
  await fireEvent.error(shown());
  expect(shown().getAttribute('src')).toBe('/media/lessons/a-360.webp');
  await fireEvent.error(shown());
  expect(screen.queryByRole('img')).toBeNull();
  expect(screen.getByText(image.alt).localName).toBe('p');
  expect(container.querySelector('svg')).toBeNull();
  await fireEvent(window, new Event('online'));
  expect(shown().getAttribute('src')).toBe(image.url);
});
