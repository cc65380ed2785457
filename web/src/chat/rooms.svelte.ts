/** The rooms of the signed-in person, the one with the latest activity first; asked for again while they are looked at. */
import { accountApi } from '../api';
import type { Invitation, RoomData } from '../api.gen';
import { Timers } from '../timers';
import * as calls from './calls';

const EVERY_MS = 8_000;
const PAGE = 50;
const MOST = 100;

export class RoomList {
  rooms = $state.raw<readonly RoomData[]>([]);
  invitations = $state.raw<readonly Invitation[]>([]);
  total = $state(0);
  phase = $state<'opening' | 'ready' | 'failed'>('opening');
  failure = $state.raw<unknown>(null);
  readonly more = $derived(this.total > this.rooms.length && this.rooms.length < MOST);
  private limit = PAGE;
  private readonly timers = new Timers();
  private watchers = 0;
  private readonly look = (): void => {
    if (document.visibilityState === 'visible') void this.load();
  };

  /** Keep it fresh until the returned function is called. */
  watch(): () => void {
    this.watchers += 1;
    if (this.watchers === 1) {
      document.addEventListener('visibilitychange', this.look);
      window.addEventListener('online', this.look);
      void this.load();
    }
    return () => {
      this.watchers -= 1;
      if (this.watchers > 0) return;
      this.timers.stop('load');
      document.removeEventListener('visibilitychange', this.look);
      window.removeEventListener('online', this.look);
    };
  }

  async load(): Promise<void> {
    this.timers.stop('load');
    try {
      const [{ data, pagination }, invited] = await Promise.all([
        calls.listRooms(accountApi, this.limit),
        calls.listInvitations(accountApi),
      ]);
      this.rooms = data;
      this.invitations = invited.invitations;
      this.total = pagination.total;
      this.phase = 'ready';
    } catch (error) {
      this.failure = error;
      if (this.phase === 'opening') this.phase = 'failed';
    }
    if (this.watchers > 0 && document.visibilityState === 'visible') {
      this.timers.after('load', EVERY_MS, () => void this.load());
    }
  }

  loadMore(): void {
    this.limit = MOST;
    void this.load();
  }

  /** @throws ApiError */
  async decline(roomId: number): Promise<void> {
    await calls.decline(accountApi, roomId);
    this.invitations = this.invitations.filter((invitation) => invitation.room_id !== roomId);
  }

  /** @throws ApiError */
  async make(name: string): Promise<RoomData> {
    const room = await calls.openRoom(accountApi, name);
    void this.load();
    return room;
  }
}

const lists = new Map<number, RoomList>();

/** One list a person, kept when the page changes: the rooms are there at once. */
export function roomsOf(userId: number): RoomList {
  const known = lists.get(userId) ?? new RoomList();
  lists.set(userId, known);
  return known;
}
