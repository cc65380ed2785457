import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { get } from 'svelte/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { path } from '../router';
import LandingPage from './LandingPage.svelte';

async function give(code: string): Promise<void> {
  render(LandingPage);
  const field = screen.getByLabelText('수업 번호');
  await fireEvent.input(field, { target: { value: code } });
  await fireEvent.submit(field.closest('form') as HTMLFormElement);
}

beforeEach(() => history.replaceState(null, '', '/'));
afterEach(cleanup);

test.each(['e9hzkm', 'E9H-ZKM', 'ㄷ9ㅗㅋㅏㅡ', 'ㄷ9ㅗ카ㅡ', 'Ｅ９ＨＺＫＭ', 'http://192.168.0.5:8000/join/E9HZKM로 들어오세요', '“E9HZKM”', 'E9HZKM%20'])(
  '%s is the way into the class',
  async (typed) => {
    await give(typed);
    expect(get(path)).toBe('/join/E9HZKM');
  },
);

test.each(['\u3164\u200b', 'E9', '123456'])('%j is no way in, and the field says so', async (typed) => {
  await give(typed);
  expect(location.pathname).toBe('/');
  expect(screen.getByLabelText('수업 번호').getAttribute('aria-invalid')).toBe('true');
});

test('a whole message fits into the field', () => {
  render(LandingPage);
  expect((screen.getByLabelText('수업 번호') as HTMLInputElement).maxLength).toBeGreaterThan(200);
});
