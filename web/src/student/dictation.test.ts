import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { canDictate, dictate } from './dictation';

class FakeRecognition {
  static last: FakeRecognition;
  lang = '';
  onresult: ((event: unknown) => void) | null = null;
  onerror: ((event: { error: string }) => void) | null = null;
  onend: (() => void) | null = null;
  stopped = 0;
  aborted = 0;

  constructor() {
    FakeRecognition.last = this;
  }

  start(): void {
    if (this.lang === 'broken') throw new DOMException('InvalidStateError');
  }

  stop(): void {
    this.stopped += 1;
    this.onend?.();
  }

  abort(): void {
    this.aborted += 1;
    this.onend?.();
  }
}

const heard = (...texts: string[]): void => FakeRecognition.last.onresult?.({ results: texts.map((transcript) => [{ transcript }]) });
let texts: string[] = [];
let ends: unknown[] = [];
const begin = (lang = 'ko-KR') => dictate(lang, { onText: (text) => texts.push(text), onEnd: (why) => ends.push(why) });

beforeEach(() => {
  [texts, ends] = [[], []];
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('webkitSpeechRecognition', FakeRecognition);
});

afterEach(() => vi.unstubAllGlobals());

test('is there only where the browser has it, and a microphone may be asked for', () => {
  expect(canDictate()).toBe(true);
  vi.stubGlobal('isSecureContext', false);
  expect(canDictate()).toBe(false);
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('webkitSpeechRecognition', undefined);
  expect([canDictate(), begin()]).toEqual([false, null]);
});

test('tells all that was said so far, and ends without a complaint', () => {
  const one = begin();
  heard('소리가 ');
  heard('소리가 ', ' 안 들려요');
  one?.stop();
  expect(texts).toEqual(['소리가', '소리가 안 들려요']);
  expect([ends, FakeRecognition.last.lang]).toEqual([[null], 'ko-KR']);
});

test.each([
  ['no-speech', 'silence'],
  ['not-allowed', 'unable'],
  ['audio-capture', 'unable'],
])('%s is told as %s', (error, why) => {
  begin();
  FakeRecognition.last.onerror?.({ error });
  FakeRecognition.last.onend?.();
  expect(ends).toEqual([why]);
});

test('nothing is told of what was dropped', () => {
  begin()?.drop();
  expect([ends, FakeRecognition.last.aborted]).toEqual([[], 1]);
});

test('a browser that does not begin is none', () => {
  expect(begin('broken')).toBeNull();
});
