import { get } from 'svelte/store';
import { describe, expect, it } from 'vitest';
import type { DivergenceBody } from '../../api.gen';
import { outcomeOf, went } from './say';
import { t } from './words';

const AWAY: DivergenceBody = { kind: 'target', event: 3, at: null, label: '', app: '', screen: '' };

describe('what first led away, in words', () => {
  it.each([
    [{ kind: 'app', app: '설정' }, '설정으로 갔어요.'],
    [{ kind: 'app', app: '' }, '다른 앱으로 갔어요.'],
    [{ kind: 'screen', screen: '더보기' }, '‘더보기’ 화면으로 갔어요.'],
    [{ kind: 'screen', screen: 'com.kakao.talk.MoreActivity' }, '다른 화면으로 갔어요.'],
    [{ kind: 'target', label: '이모티콘' }, '‘이모티콘’을 눌렀어요.'],
    [{ kind: 'target' }, '다른 곳을 눌렀어요.'],
    [{ kind: 'action', label: '보내기' }, '‘보내기’를 다른 방법으로 눌렀어요.'],
  ])('%o', (told, text) => {
    expect(went({ ...AWAY, ...told }, get(t))).toBe(text);
  });

  it('takes an outcome that it does not know for unknown', () => {
    expect([outcomeOf('unseen'), outcomeOf('lost')]).toEqual(['unseen', 'unknown']);
  });
});
