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

describe('what a step expects, in a sentence', () => {
  const said = (way: Partial<ReturnType<typeof emptyWay>>): string => sentence({ ...emptyWay(), ...way }, KNOWN, get(t));

  it.each([
    [{ app: 'com.kakao.talk', labels: '전송', role: 'button' as const }, '카카오톡에서 ‘전송’ 단추를 누르면 다 한 거예요.'],
    [{ kind: 'person' as const, texts: '통화 중' }, '사람 이름을 누르면 ‘통화 중’이 나오고, 그러면 다 한 거예요.'],
    [{ action: 'OPEN' as const, app: 'com.google.android.dialer' }, '전화 화면을 열면 다 한 거예요.'],
    [{ action: 'BACK' as const, app: 'com.kakao.talk' }, '카카오톡에서 뒤로 가면 다 한 거예요.'],
    [{ labels: '전송, 보내기' }, '‘전송 또는 보내기’를 누르면 다 한 거예요.'],
  ])('%o', (way, text) => {
    expect(said(way)).toBe(text);
  });
});
