/**
 * Reading aloud with a Korean voice that is really installed. Browsers allow it only after
 * a tap; `unlock` is called in one. Where there is no voice, everything is in the text.
 */
import { writable, type Readable } from 'svelte/store';

/** unknown until the voices are known; blocked until the next tap. */
export type SpeechState = 'unknown' | 'ready' | 'none' | 'blocked';

const RATE = 0.9;
/** Some browsers tell their voices late, some never. */
const VOICES_MS = 2_500;

const state = writable<SpeechState>('unknown');
export const speechState: Readable<SpeechState> = { subscribe: state.subscribe };

const synth: SpeechSynthesis | undefined =
  typeof window === 'undefined' ? undefined : window.speechSynthesis;
let voice: SpeechSynthesisVoice | null = null;
let waiting = '';

/** The best Korean voice: one on the phone itself before one that needs the internet. */
export function chooseVoice(voices: readonly SpeechSynthesisVoice[]): SpeechSynthesisVoice | null {
  const korean = voices.filter((one) => /^ko\b|^ko[-_]/i.test(one.lang));
  return korean.find((one) => one.localService) ?? korean[0] ?? null;
}

function look(final: boolean): void {
  voice = chooseVoice(synth?.getVoices() ?? []);
  if (voice) {
    state.set('ready');
    if (waiting) speak(waiting);
  } else if (final) state.set('none');
}

export function startSpeech(): void {
  if (!synth || typeof SpeechSynthesisUtterance === 'undefined') {
    state.set('none');
    return;
  }
  synth.addEventListener?.('voiceschanged', () => look(false));
  look(false);
  setTimeout(() => look(true), VOICES_MS);
}

/** Call in a tap: an utterance of nothing, after which the browser lets us speak. */
export function unlock(): void {
  if (!synth || typeof SpeechSynthesisUtterance === 'undefined') return;
  synth.speak(new SpeechSynthesisUtterance(''));
  state.update((now) => (now === 'blocked' ? 'ready' : now));
}

function utter(text: string): void {
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = 'ko-KR';
  utterance.rate = RATE;
  if (voice) utterance.voice = voice;
  utterance.onerror = (event) => {
    if (event.error === 'not-allowed') state.set('blocked');
    else if (/unavailable|synthesis-failed|not-supported/.test(event.error)) state.set('none');
  };
  synth?.speak(utterance);
}

/** Say it instead of what is being said. Sentence by sentence: long utterances break off. */
export function speak(text: string): void {
  waiting = voice ? '' : text;
  if (!synth || !voice) return;
  synth.cancel();
  for (const sentence of text.split(/(?<=[.!?])\s+/)) if (sentence.trim()) utter(sentence);
}

export function hush(): void {
  waiting = '';
  synth?.cancel();
}
