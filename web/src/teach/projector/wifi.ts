/** The hall's Wi-Fi, as the instructor has typed it: kept in this browser, and never sent anywhere. */
import { writable, type Readable } from 'svelte/store';
import { storage } from '../../storage';

export interface Wifi {
  name: string;
  /** Empty for a network that is open to all. */
  password: string;
}

export type WifiProblem = 'wifi.nameMissing' | 'wifi.nameLong' | 'wifi.passwordShape';

const KEY = 'teach.wifi';
const MOST_NAME_BYTES = 32;
const LEAST_PASSWORD = 8;
const MOST_PASSWORD = 63;

// Another layer than localStorage could be a cookie, which goes to the server: then it lasts as long as the page.
const kept = (): Wifi | null => (storage.kind === 'local' ? storage.get<Wifi>(KEY) : null);

const current = writable<Wifi | null>(kept(), (set) => {
  const follow = (event: StorageEvent): void => {
    if (event.key?.endsWith(KEY)) set(kept());
  };
  window.addEventListener('storage', follow);
  return () => window.removeEventListener('storage', follow);
});
/** What is shown now; null for nothing. Other windows of this browser follow. */
export const wifi: Readable<Wifi | null> = { subscribe: current.subscribe };

export function showWifi(next: Wifi): void {
  if (storage.kind === 'local') storage.set(KEY, next);
  current.set(next);
}

export function forgetWifi(): void {
  storage.remove(KEY);
  current.set(null);
}

/** Why a network cannot be like this; null when it can (IEEE 802.11: 32 bytes of name, 8 to 63 characters of password). */
export function wifiProblem({ name, password }: Wifi): WifiProblem | null {
  if (name.trim() === '') return 'wifi.nameMissing';
  if (new TextEncoder().encode(name).length > MOST_NAME_BYTES) return 'wifi.nameLong';
  const length = password.length;
  return length === 0 || (length >= LEAST_PASSWORD && length <= MOST_PASSWORD) ? null : 'wifi.passwordShape';
}

/** What a phone's camera understands as a network: `WIFI:T:WPA;S:name;P:password;;`. */
export function wifiCode({ name, password }: Wifi): string {
  const secret = password ? `P:${escaped(password)};` : '';
  return `WIFI:T:${password ? 'WPA' : 'nopass'};S:${escaped(name)};${secret};`;
}

const escaped = (text: string): string => text.replace(/[\\;,:"]/g, '\\$&');
