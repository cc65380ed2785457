/**
 * What this browser remembers: localStorage, else cookies, else memory with the few keys
 * that bring a seat back carried in the address (#…). In-app browsers such as
 * KakaoTalk's may block the first two; the class has to work there as well.
 */
import type { AccessBody } from './api.gen';
import { randomId } from './random';

const PREFIX = 'mgpt.';
const COOKIE_LIMIT = 3800;
const COOKIE_AGE = 60 * 60 * 24 * 180;

interface Layer {
  read(name: string): string | null;
  /** False when the value could not be kept here. */
  write(name: string, value: string): boolean;
  remove(name: string): void;
}

export interface Storage {
  readonly kind: 'local' | 'cookie' | 'memory';
  get<T>(key: string): T | null;
  /** `carry` also puts the value into the address when nothing else can keep it. */
  set(key: string, value: unknown, options?: { carry?: boolean }): void;
  remove(key: string): void;
}

function localLayer(): Layer {
  return {
    read: (name) => window.localStorage.getItem(name),
    write(name, value) {
      try {
        window.localStorage.setItem(name, value);
        return true;
      } catch {
        return false;
      }
    },
    remove: (name) => window.localStorage.removeItem(name),
  };
}

function cookieLayer(): Layer {
  return {
    read(name) {
      const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
      return found ? decodeURIComponent(found.slice(name.length + 1)) : null;
    },
    write(name, value) {
      const encoded = encodeURIComponent(value);
      if (encoded.length > COOKIE_LIMIT) return false;
      document.cookie = `${name}=${encoded}; path=/; max-age=${COOKIE_AGE}; SameSite=Lax`;
      return this.read(name) === value;
    },
    remove(name) {
      document.cookie = `${name}=; path=/; max-age=0; SameSite=Lax`;
    },
  };
}

function fragment(): URLSearchParams {
  return new URLSearchParams(window.location.hash.slice(1));
}

function writeFragment(parameters: URLSearchParams): void {
  const hash = parameters.toString();
  const { pathname, search } = window.location;
  window.history.replaceState(window.history.state, '', pathname + search + (hash && `#${hash}`));
}

function works(layer: Layer): boolean {
  const probe = `${PREFIX}probe`;
  try {
    const kept = layer.write(probe, '1') && layer.read(probe) === '1';
    layer.remove(probe);
    return kept;
  } catch {
    return false;
  }
}

/** Choose the best layer that really keeps what is written to it. */
export function createStorage(): Storage {
  const local = localLayer();
  const cookie = cookieLayer();
  const kind = works(local) ? 'local' : works(cookie) ? 'cookie' : 'memory';
  const layer = kind === 'local' ? local : kind === 'cookie' ? cookie : null;
  const memory = new Map<string, string>();
  const carried = kind === 'memory' ? fragment() : new URLSearchParams();

  const read = (name: string): string | null =>
    memory.get(name) ?? layer?.read(name) ?? carried.get(name);

  return {
    kind,
    get<T>(key: string): T | null {
      try {
        const text = read(PREFIX + key);
        return text === null ? null : (JSON.parse(text) as T);
      } catch {
        return null;
      }
    },
    set(key, value, options = {}) {
      const name = PREFIX + key;
      const text = JSON.stringify(value);
      if (layer?.write(name, text)) {
        memory.delete(name);
        return;
      }
      memory.set(name, text);
      if (kind === 'memory' && options.carry) {
        carried.set(name, text);
        writeFragment(carried);
      }
    },
    remove(key) {
      const name = PREFIX + key;
      memory.delete(name);
      layer?.remove(name);
      if (carried.has(name)) {
        carried.delete(name);
        writeFragment(carried);
      }
    },
  };
}

export const storage: Storage = createStorage();

/** The part of the address to keep when the page changes ('' or '#…'). */
export function carriedFragment(): string {
  return storage.kind === 'memory' ? window.location.hash : '';
}

/** This browser's secret that brings its seats back; never shown, at least 22 characters. */
export function deviceId(): string {
  const kept = storage.get<string>('device_id');
  if (typeof kept === 'string' && kept.length >= 22) return kept;
  const made = randomId(24);
  storage.set('device_id', made, { carry: true });
  return made;
}

export type TokenPair = AccessBody;

/** One slot of tokens: the signed-in account, or the seat of one class. */
export interface TokenStore {
  read(): TokenPair | null;
  write(pair: TokenPair | null): void;
}

/**
 * `slot` is "account" or "seat.ABC123". They are apart so that an instructor may try the
 * student's page in another tab of the same browser without being signed out.
 */
export function tokenStore(slot: string): TokenStore {
  const key = `tokens.${slot}`;
  return {
    read: () => storage.get<TokenPair>(key),
    write(pair) {
      if (pair) storage.set(key, pair);
      else storage.remove(key);
    },
  };
}
