/**
 * A step aloud: the instructor's clip, else speech that the server made, else the phone's own voice.
 *
 * Nothing before the first tap, nothing twice, nothing over another: whatever begins ends what was. Loaded after the
 * first step. All of it sounds through one element (`sound`), which goes on while the page is hidden.
 */
import { get, writable, type Readable } from 'svelte/store';
import type { Step } from '../step';
import type { News } from './classroom.svelte';
import { hush, maySound, sound, speak, speechState, whenHushed } from './speech';
import { stepAloud } from './words';

export { sound };

/** What sounds now. `voice` is the phone's own. */
export interface Sounding {
  readonly step: Step;
  readonly source: 'clip' | 'speech' | 'voice';
  readonly slow: boolean;
}

export interface Saying {
  /** Words of the instructor that come before the step, by the phone's own voice. */
  before?: string | null;
  /** At 0.8 of the usual pace. */
  slow?: boolean;
  /** Somebody asked for it: from the beginning, also while it sounds. */
  again?: boolean;
}

const SLOW = 0.8;
/** A clip that has not begun by then is too late; the phone's own voice says the step. */
const START_MS = 4_000;
/** Voices that never tell their end. */
const END_MS = 3_000;
const END_MS_PER_LETTER = 300;

const now = writable<Sounding | null>(null);
/** Null while nothing of a step sounds. */
export const sounding: Readable<Sounding | null> = { subscribe: now.subscribe };

type Listener = (heard: Sounding) => void;
const listeners = new Set<Listener>();

/** `run` is called when a step was heard to its end. Returns how to leave. */
export function onended(run: Listener): () => void {
  listeners.add(run);
  return () => listeners.delete(run);
}

let timer: ReturnType<typeof setTimeout> | undefined;

whenHushed(() => {
  clearTimeout(timer);
  now.set(null);
});

/** Say a step, and nothing else. Said once only, unless `again`: the same step that sounds goes on. */
export function say(step: Step, { before = null, slow = false, again = false }: Saying = {}): void {
  const current = get(now)?.step;
  if (!again && current?.id === step.id && current.audio?.url === step.audio?.url) return;
  const { audio } = step;
  // The voice of a hidden page may never begin; then its end does not come either.
  const first = before && audio && maySound() && get(speechState) === 'ready' && !document.hidden ? before : null;
  if (!audio || !sound || !maySound()) sayByVoice(step, before, slow);
  else if (first) {
    speak(first, slow ? SLOW : 1, () => play(step, slow));
    now.set({ step, source: audio.source, slow });
    timer = setTimeout(() => play(step, slow), END_MS + END_MS_PER_LETTER * first.length);
  } else play(step, slow);
}

/** What the class hears of a piece of news; `wanted`: this phone reads aloud. */
export function tell(news: News, aloud: string, wanted: boolean): void {
  if (wanted && news.kind === 'step') say(news.step, { before: news.message });
  else if (wanted && aloud) speak(aloud);
  else if (news.kind === 'step' || news.kind === 'phase') stop();
}

/** Nothing sounds any more. */
export const stop = hush;

function sayByVoice(step: Step, before: string | null, slow: boolean): void {
  speak([before, stepAloud(step)].filter(Boolean).join('. '), slow ? SLOW : 1, heard);
  if (maySound() && get(speechState) === 'ready') now.set({ step, source: 'voice', slow });
}

function play(step: Step, slow: boolean): void {
  const { audio } = step;
  const element = sound;
  if (!audio || !element) return;
  hush();
  const mine: Sounding = { step, source: audio.source, slow };
  const failed = (): void => {
    // Broken off half way, it is not said a second time: the text is there, and a button that repeats.
    if (get(now) !== mine) return;
    if (element.currentTime > 0) stop();
    else sayByVoice(step, null, slow);
  };
  element.src = audio.url;
  element.defaultPlaybackRate = element.playbackRate = slow ? SLOW : 1;
  element.onended = heard;
  element.onerror = failed;
  element.onplaying = () => clearTimeout(timer);
  now.set(mine);
  timer = setTimeout(() => {
    if (get(speechState) === 'ready') failed();
  }, START_MS);
  element.play().catch((error: unknown) => {
    if (get(now) !== mine) return;
    if (error instanceof DOMException && error.name === 'NotAllowedError') stop();
    else failed();
  });
}

function heard(): void {
  clearTimeout(timer);
  const mine = get(now);
  now.set(null);
  if (mine) listeners.forEach((run) => run(mine));
}
