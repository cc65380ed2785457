/**
 * The class beside the app that is being learned: a floating window, sound that goes on, the lock screen, a
 * notification; and what the page knows of it, as evidence. One class at a time: `goAlong` begins it.
 */
import { untrack } from 'svelte';
import { get } from 'svelte/store';
import type { ImageBody } from '../api.gen';
import { t as tClass } from '../i18n';
import { prefs } from '../prefs';
import type { Classroom } from '../student/classroom.svelte';
import { onended, say, sounding, stop } from '../student/player';
import { seatApi, seatOf } from '../student/seat';
import { maySound } from '../student/speech';
import { Timers } from '../timers';
import { cardOf, headline, type Card } from './card';
import { Evidence, type PageEvent, type PageFacts } from './evidence';
import { canFloat, float } from './float';
import type { Floating } from './floating';
import { clearLockScreen, sayOnLockScreen, showOnLockScreen } from './lockScreen';
import { missedOf, type Stood } from './missed';
import { askForNotices, clearNotices, notify, permission, type Permission } from './notices';
import { Tone } from './tone';
import { t } from './words';

/** The end of a class stays in the window for so long. */
const GOODBYE_MS = 8_000;
const MISSED_MS = 15_000;
/** So long after the return a connection that had slept may still tell what was missed. */
const CATCHING_UP_MS = 5_000;

class Along {
  /** Whether this browser has a window above other apps. */
  canFloat = $state(false);
  floating = $state(false);
  notices = $state<Permission>('none');
  /** What was missed, for who has just come back; empty otherwise. */
  missed = $state('');

  #room: Classroom | null = null;
  #evidence: Evidence | null = null;
  #window: Floating | null = null;
  readonly #tone = new Tone();
  readonly #timers = new Timers();
  /** The step that was seen last. */
  #seen: number | null = null;
  #notified = '';
  #left: Stood | null = null;

  /** Returns how to end it. */
  begin(room: Classroom): () => void {
    const seat = seatOf(room.code);
    this.#room = room;
    this.#evidence = seat && new Evidence(seatApi(room.code), `${seat.code}.${seat.userId}`);
    this.canFloat = canFloat();
    this.notices = permission();
    let words = $state.raw(get(tClass));
    let speech = $state(get(prefs).speech);
    const stopEffects = $effect.root(() => {
      $effect(() => {
        const card = cardOf(room, words);
        const wanted = speech;
        untrack(() => this.#follow(card, wanted));
      });
    });
    const stops = [
      stopEffects,
      tClass.subscribe((now) => (words = now)),
      prefs.subscribe((now) => (speech = now.speech)),
      onended(({ step, source }) => this.#note('page.clip_heard', step.id, { source })),
      sounding.subscribe((now) => sayOnLockScreen(now !== null)),
    ];
    const tapped = (): void => this.#sound(cardOf(room, get(tClass)), get(prefs).speech);
    document.addEventListener('visibilitychange', this.#turned);
    document.addEventListener('pointerup', tapped);
    return () => {
      stops.forEach((end) => end());
      document.removeEventListener('visibilitychange', this.#turned);
      document.removeEventListener('pointerup', tapped);
      this.#end();
    };
  }

  /** In a tap. False when the browser refuses. */
  async float(): Promise<boolean> {
    const room = this.#room;
    if (!room || this.#window) return false;
    try {
      this.#window = await float(room, () => cardOf(room, get(tClass)), () => this.#unfloated());
    } catch {
      return false;
    }
    this.floating = true;
    if (room.current) this.#note('page.guide_floated', room.current.id);
    this.#look();
    return true;
  }

  unfloat(): void {
    this.#window?.close();
  }

  /** What was missed is known now. */
  readMissed(): void {
    this.missed = '';
    this.#timers.stop('missed');
  }

  /** In a tap. */
  async askForNotices(): Promise<void> {
    this.notices = await askForNotices();
  }

  /** A picture was made big; which step's is found by its address. */
  enlarged(image: ImageBody): void {
    const room = this.#room;
    const step = [room?.current, ...(room?.steps ?? [])].find((one) => one?.image?.url === image.url);
    if (step && this.#runs) this.#note('page.picture_enlarged', step.id);
  }

  // --- following the class --------------------------------------------------------------

  #follow(card: Card, wanted: boolean): void {
    this.#window?.update();
    this.#look();
    this.#sound(card, wanted);
    this.#notify(card, wanted);
    this.#catchUp();
    if (this.#isOver) this.#timers.once('goodbye', GOODBYE_MS, () => this.unfloat());
    else this.#timers.stop('goodbye');
  }

  get #isOver(): boolean {
    const phase = this.#room?.phase;
    return phase === 'review' || phase === 'over';
  }

  get #runs(): boolean {
    const phase = this.#room?.phase;
    return phase === 'live' || phase === 'paused';
  }

  /** A step that can be seen was seen. */
  #look(): void {
    const { phase, current } = this.#room ?? {};
    if (phase !== 'live' || !current || current.id === this.#seen || (document.hidden && !this.floating)) return;
    this.#seen = current.id;
    this.#note('page.step_shown', current.id);
  }

  #sound(card: Card, wanted: boolean): void {
    if (!wanted || !this.#runs || !maySound()) {
      this.#tone.stop();
      clearLockScreen();
      return;
    }
    this.#tone.start();
    showOnLockScreen(card, this.#room?.lesson ?? '', { play: this.#repeat, pause: stop });
    sayOnLockScreen(get(sounding) !== null);
  }

  readonly #repeat = (): void => {
    this.#tone.start();
    const { phase, current } = this.#room ?? {};
    if (phase === 'live' && current) say(this.#room?.whole(current) ?? current, { again: true });
  };

  #notify(card: Card, wanted: boolean): void {
    const said = `${headline(card)}\n${card.message}`;
    const fresh = said !== this.#notified;
    this.#notified = said;
    if (fresh && document.hidden && this.#room?.phase !== 'opening') void notify(card, wanted && maySound()).catch(() => undefined);
  }

  // --- going and coming back ------------------------------------------------------------

  readonly #turned = (): void => {
    const { current } = this.#room ?? {};
    if (current && this.#runs) this.#note(document.hidden ? 'page.hidden' : 'page.back', current.id);
    if (document.hidden) {
      this.readMissed();
      this.#timers.stop('catchingUp');
      this.#left = this.floating ? null : this.#stood;
      return;
    }
    void clearNotices().catch(() => undefined);
    this.#look();
    this.#timers.after('catchingUp', CATCHING_UP_MS, () => (this.#left = null));
    this.#catchUp();
  };

  get #stood(): Stood | null {
    const room = this.#room;
    if (!room) return null;
    const index = room.steps.findIndex((step) => step.id === room.current?.id);
    return { phase: room.phase, index, message: room.message };
  }

  #catchUp(): void {
    const now = this.#stood;
    if (document.hidden || !this.#left || !now) return;
    this.missed = missedOf(this.#left, now, get(t));
    if (this.missed) this.#timers.after('missed', MISSED_MS, () => (this.missed = ''));
  }

  #unfloated(): void {
    this.#window = null;
    if (!this.floating) return;
    this.floating = false;
    if (this.#room?.current) this.#note('page.guide_closed', this.#room.current.id);
    // From here on the class goes on unseen.
    if (document.hidden) this.#left = this.#stood;
  }

  #note(event: PageEvent, stepId: number, more: Pick<PageFacts, 'source'> = {}): void {
    this.#evidence?.note(event, stepId, { visible: !document.hidden, floating: this.floating, ...more });
  }

  #end(): void {
    this.unfloat();
    this.#tone.stop();
    clearLockScreen();
    void clearNotices().catch(() => undefined);
    this.#timers.clear();
    this.#evidence?.close();
    this.#room = this.#evidence = this.#left = this.#seen = null;
    this.missed = this.#notified = '';
  }
}

export const along = new Along();
