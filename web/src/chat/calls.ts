/** The operations of a room, one function each; all reject with ApiError. */
import type { Api } from '../api';
import type {
  InvitationPage,
  InvitationsAnswer,
  MemberAnswer,
  MemberData,
  MembersAnswer,
  MessageAnswer,
  MessageData,
  MessagePage,
  MessagesAnswer,
  PresentMember,
  RoomAnswer,
  RoomData,
  RoomsAnswer,
  SendRequestRequest,
} from '../api.gen';

const at = (roomId: number): string => `/api/v1/chat/rooms/${roomId}`;

async function dataOf<T>(asked: Promise<{ data: T }>): Promise<T> {
  return (await asked).data;
}

export const PAGE = 50;

export const listRooms = (api: Api, limit: number): Promise<RoomsAnswer> =>
  api.get<RoomsAnswer>(`/api/v1/chat/rooms?limit=${limit}`);

/** The caller owns it. */
export const openRoom = (api: Api, name: string): Promise<RoomData> =>
  dataOf(api.post<RoomAnswer>('/api/v1/chat/rooms', { name }));

/** To the caller; opening the room accepts. */
export const listInvitations = (api: Api): Promise<InvitationPage> =>
  dataOf(api.get<InvitationsAnswer>('/api/v1/chat/invitations'));

export const decline = (api: Api, roomId: number): Promise<unknown> => api.delete(`/api/v1/chat/invitations/${roomId}`);

export const readRoom = (api: Api, roomId: number): Promise<RoomData> =>
  dataOf(api.get<RoomAnswer>(at(roomId)));

/** @throws ApiError 409 SESSION_OVER when the class of the room is over */
export const changeRoom = (api: Api, roomId: number, teacherOnly: boolean): Promise<RoomData> =>
  dataOf(api.patch<RoomAnswer>(at(roomId), { teacher_only: teacherOnly }));

/** Newest first; `before` and `after` are ids of messages. */
export function readHistory(
  api: Api,
  roomId: number,
  where: { before?: number; after?: number; limit?: number } = {},
): Promise<MessagePage> {
  const query = new URLSearchParams({ limit: String(where.limit ?? PAGE) });
  if (where.before !== undefined) query.set('before', String(where.before));
  if (where.after !== undefined) query.set('after', String(where.after));
  return dataOf(api.get<MessagesAnswer>(`${at(roomId)}/messages?${query.toString()}`));
}

export async function readMembers(api: Api, roomId: number): Promise<PresentMember[]> {
  return (await dataOf(api.get<MembersAnswer>(`${at(roomId)}/members`))).members;
}

/** `key` is the message's own: sending it again gives the first answer. */
export const sendMessage = (api: Api, roomId: number, body: SendRequestRequest, key: string): Promise<MessageData> =>
  dataOf(api.post<MessageAnswer>(`${at(roomId)}/messages`, body, { key }));

export const markRead = (api: Api, roomId: number): Promise<unknown> => api.post(`${at(roomId)}/read`);

/** Whom the caller does not know is invited. @throws ApiError 409 ALREADY_MEMBER or QUOTA_EXCEEDED, 429 */
export const addMember = (api: Api, roomId: number, userId: number): Promise<MemberData> =>
  dataOf(api.post<MemberAnswer>(`${at(roomId)}/members`, { user_id: userId }));

export const removeMember = (api: Api, roomId: number, userId: number): Promise<unknown> =>
  api.delete(`${at(roomId)}/members/${userId}`);
