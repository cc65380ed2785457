/**
 * Writes that the server has not confirmed yet, in the order of the taps. They survive a
 * reload (IndexedDB, else the storage, else memory); each keeps its client_msg_id, so that
 * sending it again after a lost answer is harmless (contract 10.3).
 */
import { writable, type Readable } from 'svelte/store';
import { randomId } from './random';
import { storage } from './storage';

/** Something that is sent: a command of a socket, or what a page makes of it. */
export type Body = { type: string };

export interface OutboxItem<B extends Body = Body> {
  /** Sent as client_msg_id. */
  id: string;
  /** Milliseconds; the order within a scope. */
  order: number;
  scope: string;
  body: B;
}

interface Shelf {
  load(scope: string): Promise<OutboxItem[]>;
  put(item: OutboxItem): Promise<void>;
  remove(item: OutboxItem): Promise<void>;
}

const DATABASE = 'mgpt';
const TABLE = 'outbox';

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
  });
}

async function databaseShelf(): Promise<Shelf> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE, { keyPath: 'id' });
  const database = await done(opening);
  const table = (mode: IDBTransactionMode): IDBObjectStore =>
    database.transaction(TABLE, mode).objectStore(TABLE);
  return {
    async load(scope) {
      const all = (await done(table('readonly').getAll())) as OutboxItem[];
      return all.filter((item) => item.scope === scope);
    },
    put: async (item) => void (await done(table('readwrite').put(item))),
    remove: async (item) => void (await done(table('readwrite').delete(item.id))),
  };
}

function storageShelf(): Shelf {
  const key = (scope: string): string => `outbox.${scope}`;
  const read = (scope: string): OutboxItem[] => storage.get<OutboxItem[]>(key(scope)) ?? [];
  return {
    load: (scope) => Promise.resolve(read(scope)),
    put(item) {
      const others = read(item.scope).filter((other) => other.id !== item.id);
      storage.set(key(item.scope), [...others, item]);
      return Promise.resolve();
    },
    remove(item) {
      const rest = read(item.scope).filter((other) => other.id !== item.id);
      if (rest.length) storage.set(key(item.scope), rest);
      else storage.remove(key(item.scope));
      return Promise.resolve();
    },
  };
}

async function openShelf(): Promise<Shelf> {
  try {
    return await databaseShelf();
  } catch {
    return storageShelf();
  }
}

export class Outbox<B extends Body = Body> {
  /** Everything unsent, oldest first; pages show "보내는 중" from it. */
  readonly items: Readable<readonly OutboxItem<B>[]>;
  readonly #scope: string;
  readonly #store = writable<readonly OutboxItem<B>[]>([]);
  #list: readonly OutboxItem<B>[] = [];
  readonly #shelf: Promise<Shelf>;
  /** Resolves when what an earlier page left behind is in the list. */
  readonly loaded: Promise<void>;
  #lastOrder = 0;

  /** `scope` keeps the writes of one seat apart from those of another, e.g. "class.ABC123". */
  constructor(scope: string) {
    this.#scope = scope;
    this.items = { subscribe: this.#store.subscribe };
    this.#shelf = openShelf();
    this.loaded = this.#load();
  }

  get first(): OutboxItem<B> | undefined {
    return this.#list[0];
  }

  /** Everything unsent, oldest first. */
  get all(): readonly OutboxItem<B>[] {
    return this.#list;
  }

  add(body: B): OutboxItem<B> {
    // Two taps in one millisecond still have an order.
    this.#lastOrder = Math.max(Date.now(), this.#lastOrder + 1);
    const item = { id: randomId(), order: this.#lastOrder, scope: this.#scope, body };
    this.#set([...this.#list, item]);
    void this.#shelf.then((shelf) => shelf.put(item)).catch(() => undefined);
    return item;
  }

  remove(id: string): void {
    const item = this.#list.find((other) => other.id === id);
    if (!item) return;
    this.#set(this.#list.filter((other) => other.id !== id));
    void this.#shelf.then((shelf) => shelf.remove(item)).catch(() => undefined);
  }

  /** Another body under the same id. */
  change(id: string, body: B): void {
    const list = this.#list.map((item) => (item.id === id ? { ...item, body } : item));
    const item = list.find((other) => other.id === id);
    if (!item) return;
    this.#set(list);
    void this.#shelf.then((shelf) => shelf.put(item)).catch(() => undefined);
  }

  async #load(): Promise<void> {
    try {
      // Whatever wrote to this scope wrote such bodies.
      const kept = (await (await this.#shelf).load(this.#scope)) as OutboxItem<B>[];
      const known = new Set(this.#list.map((item) => item.id));
      const merged = [...kept.filter((item) => !known.has(item.id)), ...this.#list];
      this.#set(merged.sort((a, b) => a.order - b.order));
    } catch {
      // Nothing could be read back; what is tapped from now on is still sent.
    }
  }

  #set(list: readonly OutboxItem<B>[]): void {
    this.#list = list;
    this.#store.set(list);
  }
}
