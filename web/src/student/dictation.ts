/**
 * Speech into text, by the browser's own recognition. Chrome and Safari have it, others do not, and some of them ask
 * a server of theirs; nothing of it is kept here.
 */
import { hush } from './speech';

interface Heard {
  readonly transcript: string;
}

interface HeardEvent {
  readonly results: ArrayLike<ArrayLike<Heard>>;
}

/** What is used of the browser's SpeechRecognition; TypeScript's library does not know it. */
interface Recognition {
  lang: string;
  interimResults: boolean;
  continuous: boolean;
  onresult: ((event: HeardEvent) => void) | null;
  onerror: ((event: { readonly error: string }) => void) | null;
  onend: (() => void) | null;
  start(): void;
  stop(): void;
  abort(): void;
}

type Constructor = new () => Recognition;

/** Why nothing was heard. `unable`: no microphone, or it may not be used. */
export type NotHeard = 'silence' | 'unable';

export interface Dictating {
  /** All that was said so far, as it is understood now. */
  onText: (text: string) => void;
  /** Over, by whatever; `why` when there is nothing to show for it. */
  onEnd: (why: NotHeard | null) => void;
}

export interface Dictation {
  /** What was said until now counts. */
  stop(): void;
  /** Nobody waits for it any more. */
  drop(): void;
}

function recognition(): Constructor | undefined {
  const browser = window as { SpeechRecognition?: Constructor; webkitSpeechRecognition?: Constructor };
  return browser.SpeechRecognition ?? browser.webkitSpeechRecognition;
}

/** Browsers give a microphone to https and localhost alone. */
export const canDictate = (): boolean => window.isSecureContext !== false && recognition() !== undefined;

/** Call in a tap. Null where the browser has it and does not begin. */
export function dictate(lang: string, { onText, onEnd }: Dictating): Dictation | null {
  const Recognizer = recognition();
  if (!Recognizer) return null;
  // It would hear the guide.
  hush();
  const one = new Recognizer();
  let heard = '';
  let failure: NotHeard | null = null;
  one.lang = lang;
  one.interimResults = true;
  one.continuous = false;
  one.onresult = ({ results }) => {
    heard = Array.from(results, (result) => result[0]?.transcript ?? '').join(' ').replace(/\s+/g, ' ').trim();
    onText(heard);
  };
  one.onerror = ({ error }) => {
    failure = error === 'no-speech' || error === 'aborted' ? 'silence' : 'unable';
  };
  one.onend = () => onEnd(heard ? null : (failure ?? 'silence'));
  try {
    one.start();
  } catch {
    return null;
  }
  return {
    stop: () => one.stop(),
    drop() {
      one.onresult = one.onerror = one.onend = null;
      one.abort();
    },
  };
}
