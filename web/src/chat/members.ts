import type { MemberData, PresentMember } from '../api.gen';

export type Members = ReadonlyMap<number, PresentMember>;

const HIDDEN_EMAIL = '•••@•••';

/** Invited and not there yet: nobody in the room learns who it is before they open it. */
export const isInvited = (member: MemberData): boolean => member.user.email === HIDDEN_EMAIL;
