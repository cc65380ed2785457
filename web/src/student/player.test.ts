import { get } from 'svelte/store';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Step } from '../step';

interface Utterance {
  text: string;
  rate: number;
  onend: (() => void) | null;
}

const korean = { lang: 'ko-KR', localService: true };
const audio = (name: string): NonNullable<Step['audio']> => ({ url: `/media/lessons/${name}.m4a`, duration_seconds: 3, source: 'clip' });
const clip: Step = { id: 1, title: '문자 열기', guide_text: '누르세요.', audio: audio('a') };
const other: Step = { id: 2, title: '글 쓰기', guide_text: '쓰세요.', audio: audio('b') };
const words: Step = { id: 3, title: '보내기', guide_text: '보내세요.' };

/** What sounds, from the first to the last; a thing that was ended is no longer in it. */
let voice: Utterance[] = [];
let played: FakeAudio[] = [];
let voices: unknown[] = [];
let refuse: Error | null = null;
/** The network is too slow for a clip to begin. */
let slow = false;

interface FakeAudio {
  src: string;
  rate: number;
}

class Element {
  src = '';
  playbackRate = 1;
  defaultPlaybackRate = 1;
  currentTime = 0;
  loads = 0;
  onended: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onplaying: (() => void) | null = null;
  constructor() {
    element = this;
  }
  load(): void {
    this.loads += 1;
  }
  play(): Promise<void> {
    if (refuse) return Promise.reject(refuse);
    played.push({ src: this.src, rate: this.playbackRate });
    if (!slow) this.onplaying?.();
    return Promise.resolve();
  }
  pause(): void {
    played = [];
  }
}
let element: Element;

async function fresh({ tapped = true } = {}): Promise<typeof import('./player')> {
  vi.resetModules();
  const speech = await import('./speech');
  speech.startSpeech();
  if (tapped) speech.unlock();
  return import('./player');
}

beforeEach(() => {
  vi.useFakeTimers();
  [voice, played, voices, refuse, slow] = [[], [], [korean], null, false];
  vi.stubGlobal('Audio', Element);
  vi.stubGlobal('speechSynthesis', {
    getVoices: () => voices,
    addEventListener: () => undefined,
    speak: (utterance: Utterance) => utterance.text && voice.push(utterance),
    cancel: () => (voice = []),
  });
  vi.stubGlobal('SpeechSynthesisUtterance', class {
    rate = 1;
    onend = null;
    constructor(readonly text: string) {}
  });
});

test('a clip comes before the voice of the phone', async () => {
  const { say, sounding } = await fresh();
  say(clip);
  expect(played).toEqual([{ src: '/media/lessons/a.m4a', rate: 1 }]);
  expect(voice).toEqual([]);
  expect(get(sounding)).toEqual({ step: clip, source: 'clip', slow: false });
});

test('without a clip the phone reads the step', async () => {
  const { say, sounding } = await fresh();
  say(words);
  expect(voice.map((one) => one.text)).toEqual(['보내기.', '보내세요.']);
  expect(get(sounding)?.source).toBe('voice');
});

test('nothing sounds before the first tap, and that tap brings nothing old', async () => {
  const { say, sounding } = await fresh({ tapped: false });
  say(clip);
  say(words);
  expect([played, voice, get(sounding)]).toEqual([[], [], null]);
  (await import('./speech')).unlock();
  expect([played, voice]).toEqual([[], []]);
  expect(element.loads).toBe(1);
});

test('nothing is said twice unless somebody asks', async () => {
  const { say } = await fresh();
  say(clip);
  say({ ...clip });
  expect(played).toHaveLength(1);
  element.currentTime = 2;
  say(clip, { again: true });
  expect(played).toEqual([{ src: '/media/lessons/a.m4a', rate: 1 }]); // the first was ended
});

test('nothing sounds over another: clip, voice, words of the class', async () => {
  const { say, tell } = await fresh();
  say(clip);
  say(other);
  expect(played.map((one) => one.src)).toEqual(['/media/lessons/b.m4a']);
  say(words);
  expect(played).toEqual([]);
  say(clip);
  expect(voice).toEqual([]);
  tell({ kind: 'message', message: '잠깐만요' }, '잠깐만요', true);
  expect([played, voice.map((one) => one.text)]).toEqual([[], ['잠깐만요']]);
});

test('a step that is left falls silent, also on a phone that does not read aloud', async () => {
  const { say, tell, sounding } = await fresh();
  say(clip, { again: true });
  tell({ kind: 'step', step: words, message: null }, '보내기', false);
  expect([played, voice, get(sounding)]).toEqual([[], [], null]);
  say(clip, { again: true });
  tell({ kind: 'message', message: '잘하고 있어요' }, '잘하고 있어요', false);
  expect(played).toHaveLength(1);
});

test('slower is 0.8 of the pace, of a clip and of the voice', async () => {
  const { say } = await fresh();
  say(clip, { slow: true });
  expect(played[0]?.rate).toBe(0.8);
  expect(element.defaultPlaybackRate).toBe(0.8);
  say(words, { slow: true });
  expect(voice[0]?.rate).toBeCloseTo(0.72);
  say(clip, { again: true });
  expect(played[0]?.rate).toBe(1);
});

test('who heard it to the end is told once, who broke it off is not', async () => {
  const { say, onended, stop } = await fresh();
  const heard: string[] = [];
  const leave = onended(({ step, source }) => heard.push(`${step.id} ${source}`));
  say(clip);
  stop();
  say(clip);
  element.onended?.();
  say(words);
  const cut = voice.at(-1);
  say(other);
  cut?.onend?.();
  element.onended?.();
  expect(heard).toEqual(['1 clip', '2 clip']);
  leave();
  say(clip);
  element.onended?.();
  expect(heard).toHaveLength(2);
});

test('words of the instructor come first, then the clip, once', async () => {
  const { say } = await fresh();
  say(clip, { before: '다 같이 해요.' });
  expect([voice.map((one) => one.text), played]).toEqual([['다 같이 해요.'], []]);
  voice.at(-1)?.onend?.();
  expect(played).toHaveLength(1);
  vi.advanceTimersByTime(60_000);
  expect([voice, played.length]).toEqual([[], 1]);
});

test('a voice that never ends does not keep the clip away', async () => {
  const { say } = await fresh();
  say(clip, { before: '다 같이 해요.' });
  vi.advanceTimersByTime(30_000);
  expect([voice, played.length]).toEqual([[], 1]);
});

test('without a voice of the phone the clip alone is played', async () => {
  voices = [];
  const { say } = await fresh();
  vi.advanceTimersByTime(3_000);
  say(clip, { before: '다 같이 해요.' });
  expect(played).toHaveLength(1);
});

test.each(['broken', 'late'])('a clip that is %s is read by the phone instead', async (how) => {
  const { say, sounding } = await fresh();
  slow = true;
  say(clip);
  if (how === 'broken') element.onerror?.();
  else vi.advanceTimersByTime(5_000);
  expect([played, voice.map((one) => one.text)]).toEqual([[], ['문자 열기.', '누르세요.']]);
  expect(get(sounding)?.source).toBe('voice');
});

test('a clip that breaks off half way is not said a second time', async () => {
  const { say, sounding } = await fresh();
  say(clip);
  element.currentTime = 1.5;
  element.onerror?.();
  expect([voice, get(sounding)]).toEqual([[], null]);
});

test('what the browser refuses to play stays silent', async () => {
  const { say, sounding } = await fresh();
  refuse = new DOMException('', 'NotAllowedError');
  say(clip);
  await vi.advanceTimersByTimeAsync(10_000);
  expect([voice, get(sounding)]).toEqual([[], null]);
});

test('what cannot be decoded is read by the phone', async () => {
  const { say } = await fresh();
  refuse = new DOMException('', 'NotSupportedError');
  say(clip);
  await vi.advanceTimersByTimeAsync(1);
  expect(voice.map((one) => one.text)).toEqual(['문자 열기.', '누르세요.']);
});
