/**
 * What the signed-in instructor should know of: read from REST (R39), kept fresh by their
 * dashboard's socket (W9), which also tells the live page about calls for help. One
 * connection for all pages; it outlives the change from one page to the next.
 */
import { get } from 'svelte/store';
import { user } from '../account';
import { accountApi } from '../api';
import type { NotificationList, NotificationRow } from '../api.gen';
import type {
  InstructorDashboardAnyHelpAnswered,
  InstructorDashboardAnyHelpClaimed,
  InstructorDashboardAnyHelpClosed,
  InstructorDashboardAnyHelpGrouped,
  InstructorDashboardAnyHelpRequest,
  InstructorDashboardAnyHelpSuggested,
  InstructorDashboardAnySuggestionDecided,
  InstructorDashboardFrame,
} from '../protocol.gen';
import { RtSocket } from '../socket';
import { Timers } from '../timers';

const PAGE_SIZE = 20;
/** Longer than a change of pages takes. */
const LINGER_MS = 2_000;
/** Where no socket gets through. */
const POLL_MS = 60_000;

type HelpNews =
  | InstructorDashboardAnyHelpRequest
  | InstructorDashboardAnyHelpAnswered
  | InstructorDashboardAnyHelpClaimed
  | InstructorDashboardAnyHelpClosed
  | InstructorDashboardAnyHelpSuggested
  | InstructorDashboardAnySuggestionDecided
  | InstructorDashboardAnyHelpGrouped;
type Listener = (frame: HelpNews) => void;

export class Notices {
  rows = $state.raw<readonly NotificationRow[] | null>(null);
  unread = $state(0);
  more = $state(false);
  failed = $state(false);
  /** The one that came last while a page was open: to be announced. */
  newest = $state.raw<NotificationRow | null>(null);
  /** The request that somebody wants to see opened. */
  wanted = $state<number | null>(null);
  private page = 1;
  private users = 0;
  private owner: number | null = null;
  private online = false;
  private socket: RtSocket<InstructorDashboardFrame> | null = null;
  private stopWatching: (() => void) | null = null;
  private readonly timers = new Timers();
  private readonly listeners = new Set<Listener>();

  /** A page shows them; call what it returns when the page goes. */
  show(): () => void {
    this.users += 1;
    this.timers.stop('linger');
    const owner = get(user)?.id ?? null;
    if (this.socket && owner !== this.owner) this.stop();
    this.owner = owner;
    if (!this.socket) this.start();
    return () => {
      this.users -= 1;
      if (this.users === 0) this.timers.after('linger', LINGER_MS, () => this.stop());
    };
  }

  /** Hear of calls for help in any lecture of this instructor's. */
  onHelp(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async load(): Promise<void> {
    const body = await this.read(1);
    if (!body) return;
    const younger = this.cameMeanwhile(body);
    this.rows = [...younger, ...body.notifications];
    this.unread = body.unread_count + younger.filter((row) => !row.is_read).length;
  }

  async loadMore(): Promise<void> {
    const body = await this.read(this.page + 1);
    if (!body) return;
    const known = new Set(this.rows?.map(({ id }) => id));
    this.rows = [...(this.rows ?? []), ...body.notifications.filter(({ id }) => !known.has(id))];
  }

  /** The list was opened: what it shows has been seen. @returns false when that could not be told */
  async readAll(): Promise<boolean> {
    for (const row of this.rows?.filter((one) => !one.is_read) ?? []) {
      try {
        await accountApi.post(`/api/notifications/${row.id}/read`);
      } catch {
        return false;
      }
      const wasUnread = this.rows?.some((one) => one.id === row.id && !one.is_read);
      this.rows = this.rows?.map((one) => (one.id === row.id ? { ...one, is_read: true } : one)) ?? null;
      if (wasUnread) this.unread = Math.max(0, this.unread - 1);
    }
    return true;
  }

  /** @returns null when it failed, and when its reader has gone meanwhile: whoever signs out takes their list along */
  private async read(page: number): Promise<NotificationList | null> {
    const { socket } = this;
    const path = `/api/notifications?page=${page}&page_size=${PAGE_SIZE}`;
    const body = await accountApi.get<NotificationList>(path).catch(() => null);
    if (socket !== this.socket) return null;
    this.failed = body === null;
    if (body) {
      this.page = page;
      this.more = page < body.pagination.total_pages;
    }
    return body;
  }

  /** What the socket told of while this answer was on its way, and the answer does not know yet. */
  private cameMeanwhile({ notifications }: NotificationList): NotificationRow[] {
    const known = new Set(notifications.map(({ id }) => id));
    const oldest = notifications.at(-1)?.id ?? 0;
    return this.rows?.filter(({ id }) => id > oldest && !known.has(id)) ?? [];
  }

  private start(): void {
    this.poll();
    this.socket = new RtSocket({
      url: '/ws/dashboard/',
      token: (fresh) => accountApi.socketToken(fresh),
      receipts: [],
      onEvent: (frame) => this.hear(frame),
    });
    this.stopWatching = this.socket.connection.subscribe(({ phase }) => {
      // What came while the connection was down, or before the first one was up, is in the list only.
      if (phase === 'online' && !this.online) void this.load();
      this.online = phase === 'online';
    });
    void this.load();
  }

  private poll(): void {
    this.timers.after('poll', POLL_MS, () => {
      this.poll();
      if (!this.online && !document.hidden) void this.load();
    });
  }

  private stop(): void {
    this.stopWatching?.();
    this.socket?.close();
    this.socket = null;
    this.timers.clear();
    this.rows = null;
    this.unread = 0;
    this.newest = null;
    this.online = false;
  }

  private hear(frame: InstructorDashboardFrame): void {
    switch (frame.type) {
      case 'help_request':
      case 'help_answered':
      case 'help_claimed':
      case 'help_closed':
      case 'help_suggested':
      case 'help_suggestion_decided':
      case 'help_grouped':
        return this.listeners.forEach((listener) => listener(frame));
      case 'notification':
        return this.take(frame.notification);
    }
  }

  private take(row: NotificationRow): void {
    if (this.rows?.some(({ id }) => id === row.id)) return;
    this.rows = [row, ...(this.rows ?? [])];
    this.unread += 1;
    this.newest = row;
  }
}

export const notices = new Notices();

/** Where a notification leads; null when it leads nowhere. */
export function placeOf({ data }: NotificationRow): string | null {
  const { session_id: session, help_request_id: request, lecture_id: lecture } = data;
  if (typeof session === 'number') return `/teach/sessions/${session}${request ? `?help=${Number(request)}` : ''}`;
  return typeof lecture === 'number' ? `/teach/lectures/${lecture}/dashboard` : null;
}
