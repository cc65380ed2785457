/**
 * One guard for every button, link and row of every page: a press just after the thing under the finger changed is not
 * taken. It listens before everything else and lets through what was meant, at once; components need not know of it.
 * Where the same button does another thing than before under the same words, `data-means` tells them apart.
 */
import { Places, type Point, type Press, type Thing } from './places';

const THINGS =
  'button, a[href], summary, label, select, input[type="checkbox"], input[type="radio"], ' +
  '[role="button"], [role="tab"], [role="option"], [role="menuitem"], [role="switch"], dialog[open]';
/** Buttons of these are pressed by a thumb that rests on them, whatever the browser takes it for. */
const BY_THUMB = '[data-thumb]';
/** Keys that scroll. */
const SCROLLING = new Set(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', 'Tab']);
/** Scrolling goes on for a while after the hand has left. */
const SCROLL_MS = 250;
/** Looking may take this part of the time: a list of a thousand is looked at less often. */
const LOOK_SHARE = 0.1;

/** The thing that a press on `target` would press. */
export function thingOf(target: EventTarget | null): Element | null {
  const thing = target instanceof Element ? target.closest(THINGS) : null;
  // Of a dialog only what is around it can be pressed, which closes it.
  return thing?.localName === 'dialog' && thing !== target ? null : thing;
}

/** What pressing does, in its own words; numbers in them are counts and times and change by themselves. */
export function meaningOf(thing: Element): string {
  if (thing.localName === 'dialog') return '';
  const means = thing.getAttribute('data-means');
  if (means !== null) return means;
  const words = thing.getAttribute('aria-label') ?? thing.textContent;
  return `${words.replace(/\d+/g, '')} ${thing.getAttribute('href') ?? ''}`;
}

function topLayer(): Element | null {
  return [...document.querySelectorAll('dialog[open]')].at(-1) ?? null;
}

type Box = Pick<Thing, 'left' | 'top' | 'right' | 'bottom'>;

function common(one: Box, other: Box): Box {
  return {
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  };
}

/** What of an element's content is seen: the screen, less what the lists around it cut off. `known` keeps answers. */
function windowOf(element: Element | null, known: Map<Element, Box>): Box {
  if (!element || element === document.body) return { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const kept = known.get(element);
  if (kept) return kept;
  let box = windowOf(element.parentElement, known);
  const cuts = element.scrollHeight > element.clientHeight || element.scrollWidth > element.clientWidth;
  if (cuts && getComputedStyle(element).overflowY !== 'visible') box = common(box, element.getBoundingClientRect());
  known.set(element, box);
  return box;
}

function place(thing: Element, known: Map<Element, Box>): Thing | null {
  if (!thing.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }) || thing.closest('[inert]')) return null;
  const box = common(windowOf(thing.parentElement, known), thing.getBoundingClientRect());
  return box.right > box.left && box.bottom > box.top ? { key: thing, means: meaningOf(thing), ...box } : null;
}

function thingsIn(dialog: Element | null): Thing[] {
  const things: Thing[] = [];
  const known = new Map<Element, Box>();
  for (const thing of (dialog ?? document.body).querySelectorAll(THINGS)) {
    const at = place(thing, known);
    if (at) things.push(at);
  }
  // Its backdrop is everywhere.
  if (dialog) things.push({ key: dialog, means: '', left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity });
  return things;
}

interface Down {
  thing: Element | null;
  means: string;
  taken: boolean;
}

/** Start to watch the page; returns the function that stops it. */
export function guardPresses(): () => void {
  const places = new Places();
  const watched = new AbortController();
  let path: string | null = null;
  let mouse: Point | null = null;
  let down: Down | null = null;
  let marked: Element | null = null;
  let frame = 0;
  let notBefore = 0;
  let scrolling = -Infinity;

  function look(): void {
    const now = performance.now();
    if (path !== location.pathname) places.open(now);
    path = location.pathname;
    const dialog = topLayer();
    places.look(now, dialog, thingsIn(dialog), mouse);
    const after = performance.now();
    notBefore = after + (after - now) / LOOK_SHARE;
  }

  function lookSoon(): void {
    if (frame) return;
    const next = (): void => {
      if (performance.now() < notBefore) {
        frame = requestAnimationFrame(next);
        return;
      }
      frame = 0;
      look();
    };
    frame = requestAnimationFrame(next);
  }

  /** The hand moves the page, or has just let go of it. */
  function byHand(): boolean {
    return performance.now() - scrolling < SCROLL_MS;
  }

  function onScroll(): void {
    if (!byHand()) {
      lookSoon();
      return;
    }
    scrolling = performance.now();
    places.scrolled(thingsIn(topLayer()));
  }

  function take(thing: Element | null, by: Press['by'], { x, y }: Point): boolean {
    look();
    const means = thing ? meaningOf(thing) : '';
    return places.take({ at: performance.now(), by: by === 'mouse' && thing?.closest(BY_THUMB) ? 'finger' : by, x, y, key: thing, means });
  }

  function unmark(): void {
    marked?.removeAttribute('data-ignored');
    marked = null;
  }

  function onPointerDown(event: PointerEvent): void {
    if (event.button !== 0 || !event.isPrimary) return;
    const thing = thingOf(event.target);
    const taken = take(thing, event.pointerType === 'mouse' ? 'mouse' : 'finger', event);
    down = { thing, means: thing ? meaningOf(thing) : '', taken };
    unmark();
    if (!taken) (marked = thing)?.setAttribute('data-ignored', '');
    // A scroll bar is held.
    if (!thing && event.pointerType === 'mouse') scrolling = performance.now();
  }

  function onMouseDown(event: MouseEvent): void {
    // The focus would be the one thing that still went there, and the next key with it.
    if (down && !down.taken) event.preventDefault();
  }

  /** A click on a label clicks its control too. */
  function isEcho(thing: Element): boolean {
    return down?.thing instanceof HTMLLabelElement && down.thing !== thing && down.thing.control === thing;
  }

  function meant(event: MouseEvent, thing: Element): boolean {
    if (event.detail === 0) return take(thing, 'keys', event);
    if (down?.thing) return down.thing === thing && down.taken && down.means === meaningOf(thing);
    // The browser helps those who press a little beside a thing.
    const box = thing.getBoundingClientRect();
    const x = Math.min(Math.max(event.clientX, box.left), box.right);
    const y = Math.min(Math.max(event.clientY, box.top), box.bottom);
    return take(thing, 'finger', { x, y });
  }

  function onClick(event: MouseEvent): void {
    const thing = event.isTrusted ? thingOf(event.target) : null;
    if (!thing || isEcho(thing)) return;
    const taken = meant(event, thing);
    down = taken && thing instanceof HTMLLabelElement ? down : null;
    if (taken) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const enter = event.key === 'Enter';
    if (SCROLLING.has(event.key)) scrolling = performance.now();
    if (!enter && event.key !== ' ') places.walk(performance.now());
    // A key that is held presses once.
    if (!event.repeat || !(enter || event.key === ' ')) return;
    if (thingOf(event.target) || (enter && event.target instanceof HTMLInputElement)) event.preventDefault();
  }

  const on = <Name extends keyof WindowEventMap>(name: Name, run: (event: WindowEventMap[Name]) => void, passive = false): void =>
    window.addEventListener(name, run, { capture: true, passive, signal: watched.signal });
  on('pointerdown', onPointerDown);
  on('mousedown', onMouseDown);
  on('click', onClick);
  on('keydown', onKeyDown);
  on('pointerup', unmark);
  on('pointercancel', () => {
    unmark();
    down = null;
  });
  on('pointermove', (event) => {
    if (event.pointerType === 'mouse') mouse = { x: event.clientX, y: event.clientY };
  });
  on('wheel', () => (scrolling = performance.now()), true);
  on('touchmove', () => (scrolling = performance.now()), true);
  on('scroll', onScroll, true);
  on('resize', onScroll);
  for (const name of ['load', 'animationend', 'transitionend'] as const) on(name, lookSoon);

  const observer = new MutationObserver(lookSoon);
  observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  look();

  return () => {
    observer.disconnect();
    watched.abort();
    cancelAnimationFrame(frame);
    unmark();
  };
}
