import { describe, expect, it } from 'vitest';
import { boxFrom, happeningOf, kindOf, sizeFor, sizeGiven, type Happening } from './happening';

const event = (event_type: string, data: Record<string, unknown> = {}, seconds = 0): Parameters<typeof happeningOf>[0] => ({
  event_type,
  timestamp: new Date(1_764_000_000_000 + seconds * 1000).toISOString(),
  data,
});
const happened = (type: string, data: Record<string, unknown> = {}, seconds = 0): Happening => happeningOf(event(type, data, seconds), null);

describe('what an event shows', () => {
  it.each([
    ['touch', 'tap'],
    ['TYPE_VIEW_CLICKED', 'tap'],
    ['TYPE_VIEW_TEXT_CHANGED', 'text'],
    ['long_press', 'long'],
    ['swipe', 'scroll'],
    ['WINDOW_STATE_CHANGED', 'screen'],
    ['back', 'back'],
    ['battery', 'other'],
  ])('%s is a %s', (type, kind) => expect(kindOf(type)).toBe(kind));

  it('understands the boxes that phones write', () => {
    const box = { x: 10, y: 20, width: 30, height: 40 };
    expect(boxFrom({ left: 10, top: 20, right: 40, bottom: 60 })).toEqual(box);
    expect(boxFrom([10, 20, 40, 60])).toEqual(box);
    expect(boxFrom('[10,20][40,60]')).toEqual(box);
    expect(boxFrom(box)).toEqual(box);
    for (const none of [null, 'here', [1, 2], [40, 60, 10, 20], { x: 1 }, {}]) expect(boxFrom(none)).toBeNull();
  });

  it('stays on the last screen that was named', () => {
    const first = happeningOf(event('app_open', { package: 'com.kakao.talk', screen: '친구' }), null);
    expect(happeningOf(event('click', { text: '채팅' }), first)).toMatchObject({ app: 'com.kakao.talk', screen: '친구', label: '채팅' });
  });

  it('does not show what somebody typed', () => {
    expect(happened('text_input', { text: '손녀에게', hint: '글 쓰는 칸' }).label).toBe('글 쓰는 칸');
    expect(happened('text_input', { text: '손녀에게' }).label).toBe('');
  });

  it('carries the widest file of a screenshot, and only one that is whole', () => {
    const files = [{ file: 'a.webp', width: 720, height: 1560 }, { file: 'b.webp', width: 360, height: 780 }];
    expect(happened('click', { screenshot: files }).screenshot).toEqual({ url: '/media/lessons/a.webp', width: 720, height: 1560 });
    for (const none of [undefined, [], 'a.webp', [{ file: 'a.webp' }], [{ width: 1, height: 1 }]]) {
      expect(happened('click', { screenshot: none }).screenshot).toBeNull();
    }
  });

  it('says when nothing was kept', () => {
    expect(happened('click', { redacted: true })).toMatchObject({ masked: true, label: '', point: null });
  });

  it('draws a screen on which everything has its place', () => {
    expect(sizeFor({ width: 0, height: 0 })).toEqual({ width: 1080, height: 2340 });
    expect(sizeFor({ width: 700, height: 1500 })).toEqual({ width: 720, height: 1600 });
    expect(sizeFor({ width: 4000, height: 100 })).toEqual({ width: 4000, height: 100 });
    expect(sizeGiven(event('screen', { screen_size: { width: 800, height: 1280 } }))).toEqual({ width: 800, height: 1280 });
    expect(sizeGiven(event('screen', { screen: '친구', width: 10, height: 10 }))).toBeNull();
  });
});
