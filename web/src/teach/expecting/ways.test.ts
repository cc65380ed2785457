import { get } from 'svelte/store';
import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../api.gen';
import { sentence } from './sentence';
import { emptyWay, expectationOf, saysNothing, wayOf, words } from './ways';
import { t } from './words';

const KNOWN = [
  { name: '카카오톡', packages: ['com.kakao.talk'] },
  { name: '전화', packages: ['com.samsung.android.dialer', 'com.google.android.dialer'] },
];
const RECORDED: Expectation = {
  action: 'TAP',
  source: 'recording',
  where: { apps: ['com.kakao.talk'], screens: ['ChatRoomHolderActivity'] },
  target: { id_suffix: 'send_button', role: 'button', labels: ['전송'], widget: 'android.widget.Button' },
  after: null,
};

describe('what a step expects, as fields', () => {
  it('keeps of a recording what the fields do not show', () => {
    const way = wayOf(RECORDED);
    const saved = expectationOf({ ...way, texts: '읽음, 1' }, [], RECORDED);
    expect(saved).toMatchObject({ source: 'teacher', where: RECORDED.where, target: RECORDED.target });
    expect(saved.after).toEqual({ apps: [], screens: [], texts: ['읽음', '1'] });
  });

  it('forgets the id of a thing that has another name now', () => {
    const saved = expectationOf({ ...wayOf(RECORDED), labels: '취소' }, [], RECORDED);
    expect(saved.target).toEqual({ role: 'button', labels: ['취소'], label_class: '' });
  });

  it('leaves out other ways that say nothing', () => {
    const other = { ...emptyWay(), labels: '보내기' };
    expect(expectationOf(wayOf(RECORDED), [emptyWay(), other], RECORDED).alternatives).toHaveLength(1);
  });

  it('takes words with commas between, each once', () => {
    expect(words(' 전송, 보내기,, 전송 ')).toEqual(['전송', '보내기']);
  });

  it('brings back a label that has a comma of its own', () => {
    const way = wayOf({ action: 'TAP', target: { labels: ['이름, 번호 입력', '수신인'] } });
    expect(words(way.labels)).toEqual(['이름, 번호 입력', '수신인']);
  });

  it('knows when nothing is said', () => {
    expect(saysNothing(emptyWay())).toBe(true);
    expect(saysNothing({ ...emptyWay(), action: 'BACK', labels: '전송' })).toBe(true);
    expect(saysNothing({ ...emptyWay(), kind: 'person' })).toBe(false);
  });
});

describe('what the fields do not show', () => {
  const CHAT = 'com.kakao.talk.activity.chatroom.ChatRoomHolderActivity';
  const LED: Expectation = { ...RECORDED, after: { apps: ['com.kakao.talk'], screens: [CHAT] } };

  it('is how programs call a screen; it stays, and has no word', () => {
    const way = wayOf(LED);
    expect(way.screens).toBe('');
    expect(expectationOf(way, [], LED)).toMatchObject({ where: LED.where, target: LED.target, after: LED.after });
    expect(sentence(way, KNOWN, get(t))).toBe('카카오톡에서 ‘전송’ 단추를 누르면 정해 둔 화면이 나오고, 그러면 다 한 거예요.');
  });

  it('gives way to a title that a teacher writes', () => {
    expect(expectationOf({ ...wayOf(LED), screens: '대화' }, [], LED).after?.screens).toEqual(['대화']);
  });

  it('goes with the app that it was of', () => {
    const saved = expectationOf({ ...wayOf(LED), app: 'com.android.settings' }, [], LED);
    expect(saved.where).toEqual({ apps: ['com.android.settings'] });
    expect(saved.target).not.toHaveProperty('id_suffix');
  });

  it('belongs to its own way, also when another way before it is taken out', () => {
    const ways = [{ action: 'BACK' as const, where: { apps: ['a.b'] } }, { ...LED, where: { screens: ['com.a.SecondActivity'] } }];
    const [, second] = ways.map(wayOf);
    const [kept] = expectationOf(wayOf(RECORDED), second ? [second] : [], RECORDED).alternatives ?? [];
    expect(kept?.where?.screens).toEqual(['com.a.SecondActivity']);
  });

  it('is enough to say something', () => {
    expect(saysNothing(wayOf({ action: 'TAP', target: { id_suffix: 'send_button' } }))).toBe(false);
    expect(saysNothing(wayOf({ action: 'OPEN', where: { screens: [CHAT] } }))).toBe(false);
    expect(saysNothing({ ...wayOf({ action: 'TAP', target: { id_suffix: 'send_button' } }), action: 'BACK' })).toBe(true);
  });

  it('is no app by its package', () => {
    const said = sentence(wayOf({ action: 'TAP', where: { apps: ['com.coupang.mobile'] }, target: { id_suffix: 'buy' } }), KNOWN, get(t));
    expect(said).toBe('정해 둔 앱에서 정해 둔 곳을 누르면 다 한 거예요.');
  });
});

describe('what a step expects, in a sentence', () => {
  const said = (way: Partial<ReturnType<typeof emptyWay>>): string => sentence({ ...emptyWay(), ...way }, KNOWN, get(t));

  it.each([
    [{ app: 'com.kakao.talk', labels: '전송', role: 'button' as const }, '카카오톡에서 ‘전송’ 단추를 누르면 다 한 거예요.'],
    [{ kind: 'person' as const, texts: '통화 중' }, '사람 이름을 누르면 ‘통화 중’이 나오고, 그러면 다 한 거예요.'],
    [{ action: 'OPEN' as const, app: 'com.google.android.dialer' }, '전화 화면을 열면 다 한 거예요.'],
    [{ action: 'BACK' as const, app: 'com.kakao.talk' }, '카카오톡에서 뒤로 가면 다 한 거예요.'],
    [{ labels: '전송', texts: '읽음, 보냄' }, '‘전송’을 누르면 ‘읽음’, ‘보냄’이 나오고, 그러면 다 한 거예요.'],
    [{ labels: '전송, 보내기' }, '‘전송 또는 보내기’를 누르면 다 한 거예요.'],
  ])('%o', (way, text) => {
    expect(said(way)).toBe(text);
  });
});
