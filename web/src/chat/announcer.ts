/** What a screen reader is told of new messages: together when several come at once. */
import type { Translate } from '../i18n';
import type { Korean } from '../i18n/chat.ko';
import { Timers } from '../timers';
import type { Shown } from './shown';

const TOGETHER_MS = 1_500;

export class Announcer {
  readonly #say: (words: string) => void;
  #waiting: Shown[] = [];
  readonly #timers = new Timers();
  readonly #t: () => Translate<Korean>;

  constructor(t: () => Translate<Korean>, say: (words: string) => void) {
    this.#t = t;
    this.#say = say;
  }

  news(message: Shown): void {
    this.#waiting.push(message);
    this.#timers.once('tell', TOGETHER_MS, () => this.#tell());
  }

  stop(): void {
    this.#timers.clear();
    this.#waiting = [];
  }

  #tell(): void {
    const t = this.#t();
    const messages = this.#waiting;
    this.stop();
    const last = messages.at(-1);
    if (!last) return;
    const words = last.message || t(last.message_type === 'image' ? 'rooms.photo' : 'rooms.file');
    const said = last.user && last.message_type !== 'system' ? `${last.user.name}: ${words}` : words;
    this.#say(messages.length > 1 ? `${t('chat.unread', { n: messages.length })}. ${said}` : said);
  }
}
