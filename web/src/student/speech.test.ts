import { get } from 'svelte/store';
import { beforeEach, expect, test, vi } from 'vitest';

interface Spoken {
  text: string;
  rate: number;
  lang: string;
  voice: unknown;
  onerror: ((event: { error: string }) => void) | null;
}

const korean = { lang: 'ko-KR', localService: true, name: 'Yuna' };
const remote = { lang: 'ko-KR', localService: false, name: 'Google' };
const english = { lang: 'en-US', localService: true, name: 'Sam' };

let spoken: Spoken[] = [];
let voices: unknown[] = [];
let late: (() => void) | null = null;

async function fresh(): Promise<typeof import('./speech')> {
  vi.resetModules();
  return import('./speech');
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('Audio', undefined); // jsdom has none that plays
  [spoken, voices, late] = [[], [], null];
  vi.stubGlobal('speechSynthesis', {
    getVoices: () => voices,
    addEventListener: (_type: string, run: () => void) => (late = run),
    speak: (utterance: Spoken) => utterance.text && spoken.push(utterance),
    cancel: () => (spoken = []),
  });
  vi.stubGlobal('SpeechSynthesisUtterance', class {
    rate = 1;
    lang = '';
    voice: unknown = null;
    onerror = null;
    constructor(readonly text: string) {}
  });
});

test('takes a Korean voice of the phone before one that needs the internet', async () => {
  const { chooseVoice } = await fresh();
  const choose = (list: unknown[]): unknown => chooseVoice(list as SpeechSynthesisVoice[]);
  expect(choose([english, remote, korean])).toBe(korean);
  expect(choose([english, remote])).toBe(remote);
  expect(choose([english])).toBeNull();
  expect(choose([{ lang: 'ko_KR', localService: true }])).not.toBeNull();
});

test('reads slowly, sentence by sentence, and only the newest', async () => {
  voices = [korean];
  const { startSpeech, speak, speechState, unlock } = await fresh();
  unlock();
  startSpeech();
  expect(get(speechState)).toBe('ready');
  speak('옛것.');
  speak('누르세요. 기다리세요.');
  expect(spoken.map((one) => one.text)).toEqual(['누르세요.', '기다리세요.']);
  expect(spoken[0]).toMatchObject({ rate: 0.9, lang: 'ko-KR', voice: korean });
});

test('voices that come late are used for what waits', async () => {
  const { startSpeech, speak, unlock } = await fresh();
  unlock();
  startSpeech();
  speak('누르세요.');
  expect(spoken).toEqual([]);
  voices = [korean];
  late?.();
  expect(spoken.map((one) => one.text)).toEqual(['누르세요.']);
});

test('no Korean voice, and no speech at all, are both said to be none', async () => {
  voices = [english];
  const first = await fresh();
  first.startSpeech();
  vi.advanceTimersByTime(3_000);
  expect(get(first.speechState)).toBe('none');
  vi.stubGlobal('speechSynthesis', undefined);
  const second = await fresh();
  second.startSpeech();
  second.unlock();
  second.speak('x');
  expect(get(second.speechState)).toBe('none');
});

test('nothing is said before the first tap', async () => {
  voices = [korean];
  const { startSpeech, speak, speechState, unlock } = await fresh();
  startSpeech();
  speak('누르세요.');
  expect([spoken, get(speechState)]).toEqual([[], 'blocked']);
  unlock();
  expect([spoken, get(speechState)]).toEqual([[], 'ready']);
});

test('a browser that wants a tap first is blocked until one', async () => {
  voices = [korean];
  const { startSpeech, speak, speechState, unlock } = await fresh();
  startSpeech();
  speak('누르세요.');
  spoken[0]?.onerror?.({ error: 'not-allowed' });
  expect(get(speechState)).toBe('blocked');
  unlock();
  expect(get(speechState)).toBe('ready');
});
