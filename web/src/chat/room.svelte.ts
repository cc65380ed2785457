/**
 * One room as a page shows it: history from REST, kept fresh by its socket (W11), what was
 * typed here on its way. Events and answers come in, reactive state comes out.
 */
import { ApiError, type Api } from '../api';
import type { MemberData, MessageData, RoomData } from '../api.gen';
import { Outbox, type OutboxItem } from '../outbox';
import type { ChatS4Frame, ChatS4MessageFrame } from '../protocol.gen';
import { RtSocket, type Connection } from '../socket';
import { Timers } from '../timers';
import * as calls from './calls';
import { isPicture } from './files';
import { Receipts } from './receipts';
import { FILE, Sender, TEXT, type SendState, type Unsent } from './sender';
import { isInvited, type Members } from './members';
import { numbered, type Shown } from './shown';

export type RoomPhase = 'opening' | 'ready' | 'failed' | 'gone' | 'over' | 'crowded' | 'signedOut';

/** Without a socket so long, the room is followed over HTTP. */
const HTTP_AFTER_MS = 1_500;
const HTTP_EVERY_MS = 5_000;
const AGAIN_MS = 3_000;
/** Reading is told once for what comes together; a full hall tells it less often, and not all at once. */
const READ_AFTER_MS = 600;
const READ_SPREAD_MS = 20;
const READ_SPREAD_MAX_MS = 4_000;
const CLOSED: Record<number, RoomPhase> = {
  4401: 'signedOut',
  4403: 'gone',
  4404: 'gone',
  4409: 'crowded',
  4410: 'over',
};

export interface Pending {
  item: OutboxItem<Unsent>;
  state: SendState;
}

interface RoomOptions {
  api: Api;
  roomId: number;
  /** Who is looking. */
  userId: number;
  /** Only how much is unread, until `enter`: a hall of phones need not read what few look at. */
  outside?: boolean;
}

export class ChatRoom {
  info = $state.raw<RoomData | null>(null);
  /** Oldest first. */
  messages = $state.raw<readonly Shown[]>([]);
  members = $state.raw<Members>(new Map());
  phase = $state<RoomPhase>('opening');
  older = $state<'more' | 'loading' | 'failed' | 'none'>('none');
  connection = $state.raw<Connection>({ phase: 'connecting', code: null, everOnline: false });
  /** True while the room is followed over plain HTTP. */
  overHttp = $state(false);
  failure = $state.raw<unknown>(null);
  readonly id: number;
  readonly userId: number;
  /** Somebody else said something just now. */
  onNews: ((message: Shown) => void) | null = null;

  private outside = $state(false);
  /** Unread messages, as they are counted from outside. */
  private counted = $state(0);
  private unsent = $state.raw<readonly OutboxItem<Unsent>[]>([]);
  private states = $state.raw<ReadonlyMap<string, SendState>>(new Map());
  /** Raised when somebody has read, came or left: receipts are no state themselves. */
  private readings = $state(0);
  /** What was typed here and is not in the room yet, oldest first. */
  readonly pending: readonly Pending[] = $derived.by(() => {
    // What was not tried yet waits with what is before it.
    const waiting = [...this.states.values()].find((state) => state.kind === 'waiting');
    const otherwise: SendState = waiting ?? { kind: 'sending', share: null };
    return this.unsent.map((item) => ({ item, state: this.states.get(item.id) ?? otherwise }));
  });
  readonly unread: number = $derived.by(() => {
    void this.readings;
    return this.outside ? this.counted : this.receipts.unreadOf(this.userId, this.messages);
  });
  readonly isAdmin = $derived(this.info?.role === 'admin');
  readonly mayWrite = $derived(!!this.info && !this.info.read_only && (!this.info.teacher_only || this.isAdmin));
  /** The server has asked for a pause. */
  readonly slow = $derived(this.pending.some(({ state }) => state.kind === 'waiting' && state.slow));

  readonly api: Api;
  private readonly receipts = new Receipts();
  private readonly outbox: Outbox<Unsent>;
  private readonly sender: Sender;
  private readonly socket: RtSocket<ChatS4Frame>;
  private readonly stops: (() => void)[] = [];
  private readonly timers = new Timers();
  /** Frames that came while the state was being read; null while none is. */
  private inbox: ChatS4Frame[] | null = [];
  /** Own messages that the socket told of while their answer is still on its way. */
  private held: Shown[] = [];
  /** Own messages whose answer was quicker than the socket. */
  private readonly early = new Set<number>();
  /** Number of the newest message that was heard of. */
  private newest = 0;
  /** The state that was read is older than the socket. */
  private stale = false;
  /** Raised with every reading of the state: only the last one counts. */
  private round = 0;
  private looked = false;
  private closed = false;

  constructor(options: RoomOptions) {
    const { api, roomId, userId } = options;
    this.api = api;
    this.id = roomId;
    this.userId = userId;
    this.outside = options.outside ?? false;
    this.outbox = new Outbox(`chat.${roomId}.${userId}`);
    this.sender = new Sender({
      api,
      roomId,
      outbox: this.outbox,
      onSent: (_item, message) => this.stored(message),
      onState: (states) => this.sending(states),
      onPause: () => this.release(),
    });
    this.socket = new RtSocket({
      url: `/ws/chat/${roomId}`,
      token: (fresh) => api.socketToken(fresh),
      onEvent: (frame, { replayed }) => this.event(frame, replayed),
      onSnapshot: () => void this.load(),
      receipts: [],
    });
    this.stops.push(
      this.outbox.items.subscribe((items) => (this.unsent = items)),
      this.socket.connection.subscribe((now) => this.linked(now)),
    );
  }

  close(): void {
    this.closed = true;
    this.stops.forEach((stop) => stop());
    this.sender.stop();
    this.socket.close();
    this.timers.end();
  }

  // --- what a page does -----------------------------------------------------------------

  /** Somebody wants to read: from now on everything is known. */
  enter(): void {
    if (!this.outside) return;
    this.outside = false;
    this.inbox = [];
    if (this.connection.phase !== 'final') void this.load();
  }

  say(text: string): void {
    this.outbox.add({ type: TEXT, message: text });
    this.sender.wake();
  }

  attach(file: File): void {
    const image = isPicture(file);
    // A picture speaks for itself; of a file the name is what there is to see.
    this.outbox.add({ type: FILE, message: image ? '' : file.name, message_type: image ? 'image' : 'file', file });
    this.sender.wake();
  }

  retry(id: string): void {
    this.sender.retry(id);
  }

  discard(id: string): void {
    this.sender.discard(id);
  }

  /** Whether the newest message is before somebody's eyes now. */
  look(yes: boolean): void {
    this.looked = yes;
    this.noteRead();
  }

  /** @throws ApiError; the messages that were there stay */
  async loadOlder(): Promise<void> {
    const [first] = this.messages;
    if (!first || this.older === 'loading' || this.older === 'none') return;
    this.older = 'loading';
    try {
      const page = await calls.readHistory(this.api, this.id, { before: first.id });
      const found = numbered(page.messages, first.number - 1);
      // Read afresh meanwhile they may be other objects, and still the same messages.
      if (this.closed || this.messages[0]?.id !== first.id) return;
      this.receipts.older(found);
      this.messages = [...found, ...this.messages];
      this.older = (found[0]?.number ?? 1) > 1 ? 'more' : 'none';
    } catch {
      this.older = 'failed';
    }
  }

  /** A picture's address has run out: ask for a new one. @throws ApiError */
  async reread(message: Shown): Promise<void> {
    const index = this.messages.findIndex((other) => other.id === message.id);
    const next = this.messages[index + 1];
    const page = await calls.readHistory(this.api, this.id, { limit: 1, ...(next ? { before: next.id } : {}) });
    const [found] = page.messages;
    if (found?.id !== message.id) return;
    this.messages = this.messages.map((other) => (other.id === found.id ? { ...other, ...found } : other));
  }

  /** @throws ApiError */
  async setTeacherOnly(on: boolean): Promise<void> {
    this.info = await calls.changeRoom(this.api, this.id, on);
  }

  /** @throws ApiError */
  async invite(userId: number): Promise<MemberData> {
    const member = await calls.addMember(this.api, this.id, userId);
    this.came(member);
    return member;
  }

  /** Also oneself. @throws ApiError */
  async remove(userId: number): Promise<void> {
    await calls.removeMember(this.api, this.id, userId);
    this.went(userId);
  }

  /** Who writes may have changed, which no event tells. */
  async refreshInfo(): Promise<void> {
    try {
      const info = await calls.readRoom(this.api, this.id);
      if (!this.closed) this.info = info;
    } catch (error) {
      this.refused(error);
    }
  }

  /** Who has not read this one. */
  unreadBy(message: Shown): number[] {
    void this.readings;
    return this.receipts.unreadBy(message);
  }

  unreadOf(userId: number): number {
    void this.readings;
    return this.receipts.unreadOf(userId, this.messages);
  }

  nameOf(userId: number): string {
    return this.members.get(userId)?.user.name ?? '';
  }

  // --- reading the state ----------------------------------------------------------------

  /** The newest messages and everybody in the room; false when they could not be had. */
  async load(): Promise<boolean> {
    const round = ++this.round;
    this.inbox ??= [];
    this.stale = this.connection.phase !== 'online';
    if (this.phase === 'failed') this.phase = 'opening';
    try {
      if (this.outside) return await this.count(round);
      // In this order: what is read between the two is seen as unread rather than as read.
      const page = await calls.readHistory(this.api, this.id);
      const [members, info] = await Promise.all([calls.readMembers(this.api, this.id), calls.readRoom(this.api, this.id)]);
      if (this.closed || round !== this.round) return true;
      this.take(numbered(page.messages, page.total), page.total);
      const there = members.filter((member) => !isInvited(member));
      this.receipts.start(there, this.newest, this.messages);
      this.members = new Map(members.map((member) => [member.user_id, member]));
      this.info = info;
      this.phase = 'ready';
      this.drain();
      this.readings += 1;
      this.noteRead();
      return true;
    } catch (error) {
      if (!this.closed && round === this.round) this.refused(error);
      return false;
    }
  }

  private async count(round: number): Promise<boolean> {
    const info = await calls.readRoom(this.api, this.id);
    if (this.closed || round !== this.round || !this.outside) return true;
    this.info = info;
    this.counted = info.unread_count;
    this.inbox = null;
    return true;
  }

  /** These are the newest ones; older ones stay where they follow without a hole. */
  private take(found: readonly Shown[], total: number): void {
    const first = found[0]?.number ?? total + 1;
    const before = this.messages.filter((message) => message.number < first);
    const follows = before.at(-1)?.number === first - 1;
    this.messages = follows ? [...before, ...found] : found;
    this.newest = total;
    this.older = (this.messages[0]?.number ?? 1) > 1 ? 'more' : 'none';
    this.held = [];
    this.early.clear();
  }

  /** What came meanwhile. Some of it is in the state already, and who read then had read up to there only. */
  private drain(): void {
    const frames = this.inbox ?? [];
    this.inbox = null;
    const numberOf = ({ data }: ChatS4MessageFrame): number | undefined =>
      this.messages.find(({ id }) => id === data.id)?.number;
    const first = frames.find((frame) => frame.type === 'message');
    let at = first ? (numberOf(first) ?? this.newest + 1) - 1 : this.newest;
    for (const frame of frames) {
      if (frame.type === 'read') this.receipts.read(frame.user_id, at);
      else this.event(frame, true);
      if (frame.type === 'message') at = numberOf(frame) ?? this.newest;
    }
  }

  private refused(error: unknown): void {
    const status = error instanceof ApiError ? error.status : 0;
    if (status === 404 || status === 403) this.phase = 'gone';
    else if (status === 401) this.phase = 'signedOut';
    else {
      if (this.phase === 'opening') this.phase = 'failed';
      this.failure = error;
      this.timers.after('again', AGAIN_MS, () => void this.load());
    }
    if (this.phase === 'gone') this.socket.close();
  }

  // --- events ---------------------------------------------------------------------------

  private linked(now: Connection): void {
    const wasOnline = this.connection.phase === 'online';
    this.connection = now;
    if (now.phase === 'online') {
      this.timers.stop('http');
      this.overHttp = false;
      if (!wasOnline && (this.phase === 'opening' || this.phase === 'failed' || this.stale)) void this.load();
      if (!wasOnline) this.sender.wake();
    } else if (now.phase === 'final') {
      this.timers.stop('http');
      this.phase = CLOSED[now.code ?? 0] ?? 'gone';
    } else if (now.phase !== 'closed' && !this.timers.has('http')) {
      this.timers.after('http', HTTP_AFTER_MS, () => void this.overHttpOnce());
    }
  }

  /** For networks that let no WebSocket through, and until one is there. */
  private async overHttpOnce(): Promise<void> {
    const reached = await this.load();
    if (this.closed || this.connection.phase === 'online' || this.connection.phase === 'final') return;
    this.overHttp = reached;
    if (reached) this.sender.wake();
    this.timers.after('http', HTTP_EVERY_MS, () => void this.overHttpOnce());
  }

  private event(frame: ChatS4Frame, quiet: boolean): void {
    if (this.inbox) {
      this.inbox.push(frame);
      return;
    }
    const { type, user_id: userId } = frame;
    if (this.outside) {
      if (type === 'message' && userId !== this.userId) this.counted += 1;
      else if (type === 'read' && userId === this.userId) this.counted = 0;
      else if (type === 'member_leave' && userId === this.userId) this.phase = 'gone';
      return undefined;
    }
    switch (frame.type) {
      case 'message':
        return this.said(frame.data, quiet);
      case 'read':
        this.receipts.read(frame.user_id, this.newest);
        this.readings += 1;
        return undefined;
      case 'member_join':
        return this.came(frame.data);
      case 'member_leave':
        return this.went(frame.user_id);
      case 'member_online':
      case 'member_offline':
        return this.present(frame.user_id, frame.type === 'member_online');
      default:
        return undefined;
    }
  }

  private said(data: MessageData, quiet: boolean): void {
    const early = this.early.delete(data.id);
    if (!early && this.messages.some((message) => message.id === data.id)) return;
    this.newest += 1;
    const message = { ...data, number: this.newest };
    if (!early && data.user_id === this.userId && this.sender.running) {
      this.held.push(message);
      return;
    }
    this.show(message);
    if (data.message_type === 'system') void this.refreshInfo();
    if (data.user_id === this.userId) return;
    if (!quiet) this.onNews?.(message);
    this.noteRead();
  }

  /** The answer to a send; the socket may have told of it already, or does so in a moment. */
  private stored(data: MessageData): void {
    if (this.messages.some((message) => message.id === data.id)) return;
    const held = this.held.find((message) => message.id === data.id);
    this.held = this.held.filter((message) => message !== held);
    if (!held) this.early.add(data.id);
    this.show(held ?? { ...data, number: this.newest + 1 });
  }

  private release(): void {
    const messages = this.held;
    this.held = [];
    messages.forEach((message) => this.show(message));
  }

  private show(message: Shown): void {
    const others = this.messages.filter((other) => other.id !== message.id);
    const before = others.filter((other) => other.id < message.id);
    this.messages = [...before, message, ...others.slice(before.length)];
  }

  private came(member: MemberData): void {
    const known = this.members.get(member.user_id);
    if (known && !isInvited(known)) return;
    const invited = isInvited(member);
    if (!invited) this.receipts.read(member.user_id, this.newest);
    this.members = new Map(this.members).set(member.user_id, { ...member, status: invited ? 'invited' : 'offline' });
    this.readings += 1;
  }

  private went(userId: number): void {
    if (userId === this.userId) {
      this.phase = 'gone';
      return;
    }
    const members = new Map(this.members);
    members.delete(userId);
    this.members = members;
    this.receipts.left(userId);
    this.readings += 1;
  }

  private present(userId: number, here: boolean): void {
    const member = this.members.get(userId);
    if (member) this.members = new Map(this.members).set(userId, { ...member, status: here ? 'online' : 'offline' });
  }

  private sending(states: ReadonlyMap<string, SendState>): void {
    const refusedNow = [...states.values()].some((state) => state.kind === 'failed' && state.code === 'ROOM_READ_ONLY');
    if (refusedNow && this.mayWrite) void this.refreshInfo();
    this.states = states;
  }

  // --- reading --------------------------------------------------------------------------

  private noteRead(): void {
    if (!this.looked || this.phase !== 'ready' || this.unread === 0 || this.timers.has('read')) return;
    const spread = Math.min(READ_SPREAD_MAX_MS, READ_SPREAD_MS * this.members.size);
    this.timers.after('read', READ_AFTER_MS + Math.random() * spread, () => void this.tellRead());
  }

  private async tellRead(): Promise<void> {
    const upTo = this.newest;
    if (!this.looked || this.closed) return;
    try {
      await calls.markRead(this.api, this.id);
      this.receipts.read(this.userId, upTo);
      this.readings += 1;
      this.noteRead();
    } catch {
      // The next message, or the next look, tells it again.
    }
  }
}
