/** What a class is set to and its seats, for who runs it; all reject with ApiError. */
import { accountApi } from '../api';
import type { ChangeSettingsRequest, SeatPageBody, SeatRow, Seats, SettingsBody } from '../api.gen';

export const readSettings = (id: number): Promise<SettingsBody> => accountApi.get(`/api/sessions/${id}/settings`);

export const saveSettings = (id: number, fields: ChangeSettingsRequest): Promise<SettingsBody> =>
  accountApi.patch(`/api/sessions/${id}`, fields);

/** Removed ones too. */
export const readAllSeats = async (id: number): Promise<readonly SeatRow[]> =>
  (await accountApi.get<Seats>(`/api/sessions/${id}/seats`)).seats;

const seat = (id: number, participantId: number): string => `/api/sessions/${id}/seats/${participantId}`;

/** What the page of this person told of the current step. */
export const readSeatPage = (id: number, participantId: number): Promise<SeatPageBody> =>
  accountApi.get(`${seat(id, participantId)}/page`);

export const renameSeat = (id: number, participantId: number, name: string): Promise<SeatRow> =>
  accountApi.patch(seat(id, participantId), { name });

export const removeSeat = (id: number, participantId: number, mayReturn: boolean): Promise<void> =>
  accountApi.delete(`${seat(id, participantId)}?may_return=${String(mayReturn)}`);

export const letIn = (id: number, participantId: number): Promise<SeatRow> =>
  accountApi.patch(seat(id, participantId), { removed: false });

/** @throws ApiError 409 MERGE_REFUSED with details.reason */
export const mergeSeat = (id: number, participantId: number, into: number): Promise<SeatRow> =>
  accountApi.post(`${seat(id, participantId)}/merge`, { into });
