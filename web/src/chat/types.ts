/** Shapes of the chat API (S4) as the pages use them. */
import type { MemberData, MessageData, PresentMember } from '../api.gen';

export type {
  FileData,
  Invitation,
  InvitationPage,
  MemberData,
  MessageData,
  MessagePage,
  PresentMember,
  RoomData,
  RoomsAnswer,
} from '../api.gen';

const HIDDEN_EMAIL = '•••@•••';

/** Invited and not there yet: nobody in the room learns who it is before they open it. */
export const isInvited = (member: MemberData): boolean => member.user.email === HIDDEN_EMAIL;

/** A message and its number: messages of a room count from 1 without gaps. */
export interface Shown extends MessageData {
  number: number;
}

export type Members = ReadonlyMap<number, PresentMember>;
