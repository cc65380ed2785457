import { beforeEach, describe, expect, it } from 'vitest';
import { FakeServer, Refusal } from '../testing/fakeServer';
import type { Heard } from './heard';
import { ClassScreens } from './screens.svelte';

const PATH = '/api/sessions/5/screenshots/';
let server: FakeServer;
let screens: ClassScreens;

const screen = (participant: number, version: number, more: object = {}): object => ({
  id: participant, session: 5, participant, participant_name: '김', image_url: `/image/${participant}?v=${version}`, withheld: '',
  captured_at: '2026-11-21T01:00:00Z', created_at: '2026-11-21T01:00:00Z', ...more,
});
const hear = (type: string, more: object): void => screens.hear({ type, ...more } as Heard);
const list = (...rows: object[]): object => ({ screenshots: rows, results: rows, count: rows.length });

beforeEach(async () => {
  server = new FakeServer();
  server.on('GET', PATH, list(screen(1, 1), screen(2, 1, { image_url: '', withheld: 'SENSITIVE_APP' })));
  screens = new ClassScreens();
  await screens.read(5);
});

describe('the screens of a class', () => {
  it('are the newest of each person', () => {
    hear('screenshot_updated', screen(1, 2));
    expect(screens.of(1)?.image_url).toBe('/image/1?v=2');
    expect(screens.of(2)?.withheld).toBe('SENSITIVE_APP');
    expect(screens.of(3)).toBeNull();
  });

  it('keep no picture of one that is withheld', () => {
    hear('screenshot_updated', screen(1, 2, { image_url: '', withheld: 'PERSONAL_DATA' }));
    expect(screens.of(1)).toMatchObject({ image_url: '', withheld: 'PERSONAL_DATA' });
  });

  it('are gone when taken back', () => {
    hear('screenshot_updated', screen(1, 2, { image_url: '' }));
    expect([...screens.shown.keys()]).toEqual([2]);
  });

  it.each<[string, object]>([
    ['session_status_changed', { status: 'REVIEW_MODE' }],
    ['session_status_changed', { status: 'ENDED' }],
    ['settings_changed', { screens: false }],
  ])('are forgotten on %s %o', (type, more) => {
    hear(type, more);
    expect(screens.shown.size).toBe(0);
  });

  it('stay in a pause, and when something else is set', () => {
    hear('session_status_changed', { status: 'PAUSED' });
    hear('settings_changed', { screens: true });
    expect(screens.shown.size).toBe(2);
  });

  it('go with the seat, and are read again when two are one', async () => {
    hear('seat_changed', { participant_id: 1, removed: true, merged_into: null });
    expect(screens.of(1)).toBeNull();
    server.on('GET', PATH, list(screen(2, 9)));
    hear('seat_changed', { participant_id: 3, removed: true, merged_into: 2 });
    await new Promise((done) => setTimeout(done, 20));
    expect(screens.of(2)?.image_url).toBe('/image/2?v=9');
  });

  it('are not brought back by an answer that is older than their end', async () => {
    let asked = 0;
    server.on('GET', PATH, () => {
      asked += 1;
      if (asked > 1) return list();
      hear('session_status_changed', { status: 'REVIEW_MODE' });
      return list(screen(1, 1));
    });
    await screens.read(5);
    expect([asked, screens.shown.size]).toEqual([2, 0]);
  });

  it('are refused to whom nobody agreed to show anything', async () => {
    server.on('GET', PATH, () => new Refusal(403, 'FORBIDDEN'));
    await expect(screens.read(5)).rejects.toMatchObject({ status: 403 });
  });
});
