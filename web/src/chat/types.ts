/** Shapes of the chat API (S4) as the pages use them. */
import type { MessageData, PresentMember } from '../api.gen';

export type { FileData, MemberData, MessageData, MessagePage, PresentMember, RoomData, RoomPage } from '../api.gen';

/** A message and its number: messages of a room count from 1 without gaps. */
export interface Shown extends MessageData {
  number: number;
}

export type Members = ReadonlyMap<number, PresentMember>;
