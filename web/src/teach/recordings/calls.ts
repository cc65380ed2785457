/** The operations on recordings; all reject with ApiError. */
import { accountApi } from '../../api';
import type { ComparisonBody, DraftBody, RecordedEventList, RecordingBody, RecordingList } from '../../api.gen';

const ROOT = '/api/sessions/recordings';

export const listRecordings = (page: number): Promise<RecordingList> => accountApi.get(`${ROOT}?page=${page}`);

export const readRecording = (id: string): Promise<RecordingBody> =>
  accountApi.get(`${ROOT}/${encodeURIComponent(id)}`);

export const deleteRecording = (id: number): Promise<void> => accountApi.delete(`${ROOT}/${id}`);

/** A thousand events, in order of time. */
export const readEvents = (id: number, page: number, signal: AbortSignal): Promise<RecordedEventList> =>
  accountApi.get(`${ROOT}/${id}/events?page=${page}`, { signal });

export const makeDraft = (id: number): Promise<DraftBody> => accountApi.post(`${ROOT}/${id}/draft`);

export const readDraft = (id: number): Promise<DraftBody> => accountApi.get(`${ROOT}/${id}/draft`);

/** `lectureId` null: what the recording's class taught. */
export const compareRecording = (id: number, lectureId: number | null): Promise<ComparisonBody> =>
  accountApi.get(`${ROOT}/${id}/comparison${lectureId === null ? '' : `?lecture_id=${lectureId}`}`);
