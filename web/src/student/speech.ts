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

/** The page's one element for clips and made speech (`player.ts`): a browser lets it play once it was loaded in a tap. */
export const sound = typeof Audio === 'undefined' ? null : new Audio();

const synth: SpeechSynthesis | undefined =
  typeof window === 'undefined' ? undefined : window.speechSynthesis;
let voice: SpeechSynthesisVoice | null = null;
let tapped = false;

type Waiting = [text: string, rate: number, onend: (() => void) | undefined];
let waiting: Waiting | null = null;
/** Some browsers forget an utterance, and its end, while it is spoken. */
let spoken: SpeechSynthesisUtterance[] = [];
let onhush: (() => void) | null = null;

/** The best Korean voice: one on the phone itself before one that needs the internet. */
export function chooseVoice(voices: readonly SpeechSynthesisVoice[]): SpeechSynthesisVoice | null {
  const korean = voices.filter((one) => /^ko\b|^ko[-_]/i.test(one.lang));
  return korean.find((one) => one.localService) ?? korean[0] ?? null;
}

function look(final: boolean): void {
  voice = chooseVoice(synth?.getVoices() ?? []);
  if (voice) {
    state.set('ready');
    if (waiting) speak(...waiting);
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

/** Call in a tap: the browser lets us play and speak from now on. */
export function unlock(): void {
  if (!tapped) sound?.load();
  tapped = true;
  if (!synth || typeof SpeechSynthesisUtterance === 'undefined') return;
  synth.speak(new SpeechSynthesisUtterance(''));
  state.update((now) => (now === 'blocked' ? 'ready' : now));
}

/** Nothing sounds before the first tap, also in browsers that would let it. */
export const maySound = (): boolean => tapped;

function utter(text: string, rate: number): SpeechSynthesisUtterance {
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = 'ko-KR';
  utterance.rate = rate;
  if (voice) utterance.voice = voice;
  utterance.onerror = (event) => {
    if (event.error === 'not-allowed') state.set('blocked');
    else if (/unavailable|synthesis-failed|not-supported/.test(event.error)) state.set('none');
  };
  synth?.speak(utterance);
  return utterance;
}

/**
 * Say it instead of all that sounds now. Sentence by sentence: long utterances break off. `rate` 1 is the usual pace;
 * `onend` is called when all of it was said.
 */
export function speak(text: string, rate = 1, onend?: () => void): void {
  hush();
  if (!tapped) {
    state.update((now) => (now === 'ready' ? 'blocked' : now));
    return;
  }
  if (!synth || !voice) {
    waiting = [text, rate, onend];
    return;
  }
  spoken = text.split(/(?<=[.!?])\s+/).filter((sentence) => sentence.trim()).map((sentence) => utter(sentence, RATE * rate));
  const last = spoken.at(-1);
  if (last && onend) last.onend = onend;
}

/** Nothing sounds any more, whoever began it. */
export function hush(): void {
  waiting = null;
  spoken.forEach((one) => (one.onend = null)); // some browsers call a cut end an end
  spoken = [];
  onhush?.();
  sound?.pause();
  synth?.cancel();
}

/** `run` is called before everything falls silent; one listener. */
export function whenHushed(run: () => void): void {
  onhush = run;
}
