/** Teaching and helping together (contract 11.8), one function each; all reject with ApiError. */
import { accountApi } from '../../api';
import type {
  AcceptedBody,
  ClaimBody,
  ColleagueList,
  ColleagueRole,
  Helped,
  NewInvitation,
  OfferBody,
  PendingList,
  StaffBody,
} from '../../api.gen';

export const readColleagues = (lectureId: number): Promise<ColleagueList> =>
  accountApi.get(`/api/lectures/${lectureId}/colleagues`);

/** `sessionId` for one class of the lecture alone. */
export const invite = (lectureId: number, role: ColleagueRole, sessionId: number | null): Promise<NewInvitation> =>
  accountApi.post(`/api/lectures/${lectureId}/invitations`, { role, session_id: sessionId });

export const withdraw = (lectureId: number, invitationId: number): Promise<void> =>
  accountApi.delete(`/api/lectures/${lectureId}/invitations/${invitationId}`);

/** Part from a colleague, or leave by oneself. */
export const part = (lectureId: number, colleagueId: number): Promise<void> =>
  accountApi.delete(`/api/lectures/${lectureId}/colleagues/${colleagueId}`);

export const readHelped = (): Promise<Helped> => accountApi.get('/api/colleagues/me');

/** Whoever has the link may look; @throws ApiError 404 for one that cannot be used (any more) */
export const readOffer = (token: string): Promise<OfferBody> =>
  accountApi.get(`/api/invitations/${encodeURIComponent(token)}`, { anonymous: true });

/** @throws ApiError 403 INSTRUCTOR_NEEDED, 404, 409 ALREADY_COLLEAGUE */
export const accept = (token: string): Promise<AcceptedBody> =>
  accountApi.post(`/api/invitations/${encodeURIComponent(token)}/accept`);

export const readStaff = (sessionId: number | string): Promise<StaffBody> =>
  accountApi.get(`/api/sessions/${sessionId}/staff`);

export const takeControl = (sessionId: number): Promise<StaffBody> =>
  accountApi.post(`/api/sessions/${sessionId}/take-control`);

/** In the order of who helps: who waits longest first, then who was helped least. */
export const readQueue = (sessionId: number): Promise<PendingList> =>
  accountApi.get(`/api/dashboard/help-requests/pending?order=waiting&page_size=100&session_id=${sessionId}`);

/** @throws ApiError 409 ALREADY_CLAIMED, whose details have the name of who was first */
export const claim = (requestId: number): Promise<ClaimBody> => accountApi.post(`/api/help/request/${requestId}/claim`);

export const giveBack = (requestId: number): Promise<ClaimBody> =>
  accountApi.delete(`/api/help/request/${requestId}/claim`);
