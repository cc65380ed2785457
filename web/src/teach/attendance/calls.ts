/** What the sheets ask the server; everything rejects with ApiError. */
import { accountApi } from '../../api';
import type { LectureAttendance, SessionAttendance } from '../../api.gen';

export const sessionSheet = (ref: string): string => `/api/sessions/${encodeURIComponent(ref)}/attendance`;
export const lectureSheet = (id: string): string => `/api/lectures/${encodeURIComponent(id)}/attendance`;

export const readSessionSheet = (ref: string): Promise<SessionAttendance> => accountApi.get(sessionSheet(ref));
export const readLectureSheet = (id: string): Promise<LectureAttendance> => accountApi.get(lectureSheet(id));
