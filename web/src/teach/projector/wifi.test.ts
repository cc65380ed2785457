import { get } from 'svelte/store';
import { afterEach, expect, test } from 'vitest';
import { qrMatrix } from '../../ui/qrMatrix';
import { forgetWifi, showWifi, wifi, wifiCode, wifiProblem } from './wifi';

afterEach(forgetWifi);

test.each([
  ['hall', '12345678', 'WIFI:T:WPA;S:hall;P:12345678;;'],
  ['복지관 2층', '', 'WIFI:T:nopass;S:복지관 2층;;'],
  ['a;b,c:d', 'p\\q"r;12', 'WIFI:T:WPA;S:a\\;b\\,c\\:d;P:p\\\\q\\"r\\;12;;'],
])('%s with %s', (name, password, code) => {
  expect(wifiCode({ name, password })).toBe(code);
});

test('the longest name and password, every letter of them escaped, fit into a code', () => {
  const longest = { name: ';'.repeat(32), password: '"'.repeat(63) };
  expect(wifiProblem(longest)).toBeNull();
  expect(qrMatrix(wifiCode(longest)).length).toBeGreaterThan(50);
});

test.each([
  ['', '12345678', 'wifi.nameMissing'],
  ['  ', '', 'wifi.nameMissing'],
  ['가'.repeat(11), '', 'wifi.nameLong'],
  ['hall', '1234567', 'wifi.passwordShape'],
  ['hall', 'x'.repeat(64), 'wifi.passwordShape'],
  ['가'.repeat(10), 'x'.repeat(63), null],
])('%s with %s: %s', (name, password, problem) => {
  expect(wifiProblem({ name, password })).toBe(problem);
});

test('it is kept in this browser until it is removed', () => {
  showWifi({ name: 'hall', password: '12345678' });
  expect(get(wifi)).toEqual({ name: 'hall', password: '12345678' });
  expect(localStorage.getItem('mgpt.teach.wifi')).toContain('hall');
  expect(document.cookie).not.toContain('hall');
  forgetWifi();
  expect(get(wifi)).toBeNull();
  expect(localStorage.getItem('mgpt.teach.wifi')).toBeNull();
});

test('another window of this browser shows it too', () => {
  const seen: unknown[] = [];
  const stop = wifi.subscribe((now) => seen.push(now?.name));
  localStorage.setItem('mgpt.teach.wifi', JSON.stringify({ name: 'other', password: '' }));
  window.dispatchEvent(new StorageEvent('storage', { key: 'mgpt.teach.wifi' }));
  stop();
  expect(seen).toEqual([undefined, 'other']);
});
