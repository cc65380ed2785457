/**
 * A tone that nobody hears: a page that sounds stays awake while it is hidden, and so hears of the next step, and its
 * name stays on the lock screen. As low as 30 Hz and a two-thousandth of full loudness; nothing at all would not count.
 */

const RATE = 8_000;
/** Sounds shorter than five seconds are no media to a phone. */
const SECONDS = 6;
const HERTZ = 30;
const LOUD = 20;
const HEADER = 44;

/** A WAV file: mono, 16 bits; whole waves, so that it repeats without a click. */
export function toneFile(): ArrayBuffer {
  const count = RATE * SECONDS;
  const view = new DataView(new ArrayBuffer(HEADER + 2 * count));
  const text = (at: number, word: string): void => [...word].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  text(0, 'RIFF');
  view.setUint32(4, 36 + 2 * count, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, 2 * count, true);
  for (let index = 0; index < count; index += 1) {
    view.setInt16(HEADER + 2 * index, Math.round(LOUD * Math.sin((2 * Math.PI * HERTZ * index) / RATE)), true);
  }
  return view.buffer;
}

export class Tone {
  #element: HTMLAudioElement | null = null;

  /** Begin, or go on after the phone has stopped it; nothing where the browser wants a tap first. */
  start(): void {
    if (!this.#element) {
      this.#element = new Audio(URL.createObjectURL(new Blob([toneFile()], { type: 'audio/wav' })));
      this.#element.loop = true;
      this.#element.dataset['tone'] = '';
    }
    if (this.#element.paused) void this.#element.play().catch(() => undefined);
  }

  stop(): void {
    if (!this.#element) return;
    this.#element.pause();
    URL.revokeObjectURL(this.#element.src);
    this.#element.removeAttribute('src');
    this.#element = null;
  }

  get sounds(): boolean {
    return !!this.#element && !this.#element.paused;
  }
}
