/**
 * Keys of the live page. They stay out of the way of typing, of dialogs and of controls that
 * have a meaning of their own for the key, and can be switched off (WCAG 2.1.4).
 */
import { writable } from 'svelte/store';
import { SETTLE_MS } from '../press/places';
import { storage } from '../storage';

export type Shortcut = 'next' | 'pause' | 'help' | 'projector' | 'keys';

export const shortcutsOn = writable(storage.get<boolean>('teach.shortcuts') ?? true);
shortcutsOn.subscribe((on) => storage.set('teach.shortcuts', on));

const TYPING = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])';
const PRESSABLE = 'button, a[href], summary, [role="button"], [role="tab"]';

/** By the key's place too, so that H and F work with the Korean layout on. */
function meaning(event: KeyboardEvent): Shortcut | null {
  if (event.key === 'ArrowRight') return 'next';
  if (event.key === ' ') return 'pause';
  if (event.key === '?') return 'keys';
  if (event.code === 'KeyH' || event.key.toLowerCase() === 'h') return 'help';
  if (event.code === 'KeyF' || event.key.toLowerCase() === 'f') return 'projector';
  return null;
}

let used: { key: string | null; at: number } = { key: null, at: -Infinity };

/** Which key it is, whatever the layout writes with it. */
const keyOf = (event: KeyboardEvent): string => event.code || event.key;

/** Remember the key of a command that is being done. */
export function keyUsed(event: KeyboardEvent): void {
  used = { key: keyOf(event), at: event.timeStamp };
}

/**
 * Whether a key press is only the rest of a command: the key is still held, or was pressed twice. Nothing is done by it,
 * nor typed into what the command has opened.
 */
export function isEcho(event: KeyboardEvent): boolean {
  if (keyOf(event) !== used.key) return false;
  // Pressed anew after a while, it is a press of its own, and so is what is held then.
  if (!event.repeat && event.timeStamp - used.at >= SETTLE_MS) used = { key: null, at: -Infinity };
  return used.key !== null;
}

/** What a key press asks for, or null when it is not meant for the page. */
export function shortcutOf(event: KeyboardEvent): Shortcut | null {
  if (event.defaultPrevented || event.repeat || event.isComposing) return null;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const shortcut = meaning(event);
  const target = event.target instanceof Element ? event.target : null;
  if (!shortcut || target?.closest(TYPING) || document.querySelector('dialog[open]')) return null;
  if (shortcut === 'pause' && target?.closest(PRESSABLE)) return null;
  if (shortcut === 'next' && target?.closest('[role="tablist"]')) return null;
  return shortcut;
}
