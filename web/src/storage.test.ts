import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

/** Storage as an in-app browser blocks it: reading the property throws. */
function blockLocalStorage(): void {
  vi.spyOn(window, 'localStorage', 'get').mockImplementation(() => {
    throw new DOMException('denied', 'SecurityError');
  });
}

function blockCookies(): void {
  vi.spyOn(document, 'cookie', 'get').mockReturnValue('');
  vi.spyOn(document, 'cookie', 'set').mockImplementation(() => undefined);
}

async function fresh(): Promise<typeof import('./storage')> {
  vi.resetModules();
  return import('./storage');
}

beforeEach(() => {
  localStorage.clear();
  history.replaceState(null, '', '/join/ABC123');
});
afterEach(() => vi.restoreAllMocks());

describe('a browser that keeps things', () => {
  test('remembers across pages', async () => {
    (await fresh()).storage.set('name', '김학생');
    const { storage } = await fresh();
    expect(storage.kind).toBe('local');
    expect(storage.get('name')).toBe('김학생');
    storage.remove('name');
    expect((await fresh()).storage.get('name')).toBeNull();
  });

  test('the device id is long enough, stays the same, and is not in the address', async () => {
    const first = (await fresh()).deviceId();
    expect(first.length).toBeGreaterThanOrEqual(22);
    expect((await fresh()).deviceId()).toBe(first);
    expect(location.hash).toBe('');
  });

  test('what is not JSON is as if absent', async () => {
    localStorage.setItem('mgpt.name', '{broken');
    expect((await fresh()).storage.get('name')).toBeNull();
  });
});

describe('localStorage blocked', () => {
  beforeEach(blockLocalStorage);

  test('cookies remember', async () => {
    (await fresh()).storage.set('name', '김학생; 이름=값');
    const { storage } = await fresh();
    expect(storage.kind).toBe('cookie');
    expect(storage.get('name')).toBe('김학생; 이름=값');
    storage.remove('name');
    expect((await fresh()).storage.get('name')).toBeNull();
  });

  test('what is too long for a cookie is kept for this page', async () => {
    const { storage } = await fresh();
    const long = 'x'.repeat(5_000);
    storage.set('lesson', long);
    expect(storage.get('lesson')).toBe(long);
  });
});

describe('everything blocked', () => {
  beforeEach(() => {
    blockLocalStorage();
    blockCookies();
  });

  test('the address carries what brings the seat back over a reload', async () => {
    const before = await fresh();
    expect(before.storage.kind).toBe('memory');
    const device = before.deviceId();
    before.storage.set('seat.ABC123', { name: '김학생' }, { carry: true });
    before.storage.set('tokens.seat.ABC123', { access: 'secret' });
    expect(location.hash).not.toContain('secret');
    expect(before.carriedFragment()).toBe(location.hash);

    const after = await fresh();
    expect(after.deviceId()).toBe(device);
    expect(after.storage.get('seat.ABC123')).toEqual({ name: '김학생' });
    expect(after.storage.get('tokens.seat.ABC123')).toBeNull();
  });

  test('what is removed leaves the address', async () => {
    const { storage } = await fresh();
    storage.set('seat.ABC123', 1, { carry: true });
    storage.remove('seat.ABC123');
    expect(location.hash).toBe('');
  });
});
