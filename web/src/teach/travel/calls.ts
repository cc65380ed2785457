/** Lessons that travel, one function for each operation (contract 11.11); all reject with ApiError. */
import { ApiError, accountApi } from '../../api';
import type {
  LectureBody,
  LectureHistory,
  LectureVersion,
  Library,
  LibraryLesson,
  SharedLecture,
  SubtaskBody,
  TaskBody,
} from '../../api.gen';
import { randomId } from '../../random';
import { postForm } from '../../sendForm';

const WAIT_MS = 2_000;
const PATIENCE_MS = 180_000;

/**
 * A POST that may take longer than an answer is waited for: it is asked again under the same key, until the server has
 * done it (contract 10.3).
 */
async function patiently<T>(post: (key: string) => Promise<T>): Promise<T> {
  const key = randomId();
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await post(key);
    } catch (error) {
      const goesOn = error instanceof ApiError && (error.code === 'TIMEOUT' || error.code === 'IDEMPOTENCY_IN_FLIGHT');
      if (!goesOn || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }
}

// --- the library

export const readLibrary = (page: number): Promise<Library> => accountApi.get(`/api/library?page=${page}`);

/** @throws ApiError 404 when it is not there any more */
export const readLibraryLesson = (key: string): Promise<LibraryLesson> => accountApi.get(`/api/library/${encodeURIComponent(key)}`);

export const copyFromLibrary = (lesson: string): Promise<LectureBody> =>
  patiently((key) => accountApi.post(`/api/library/${encodeURIComponent(lesson)}/copy`, {}, { key }));

export const readShare = (lectureId: number): Promise<SharedLecture> => accountApi.get(`/api/lectures/${lectureId}/share`);

export const share = (lectureId: number): Promise<SharedLecture> => accountApi.post(`/api/lectures/${lectureId}/share`);

export const unshare = (lectureId: number): Promise<SharedLecture> => accountApi.delete(`/api/lectures/${lectureId}/share`);

// --- files

/** @throws ApiError 400 BAD_LESSON_FILE, whose details say why */
export function importLesson(file: File, onProgress: (share: number) => void): Promise<LectureBody> {
  const form = new FormData();
  form.append('file', file, file.name);
  return patiently((key) => postForm(accountApi, '/api/lectures/import', form, { key, onProgress }));
}

export const exportPath = (lectureId: number): string => `/api/lectures/${lectureId}/export`;

// --- copies and moves

export const duplicateTask = (id: number): Promise<TaskBody> => accountApi.post(`/api/tasks/${id}/duplicate`);

export const duplicateStep = (id: number): Promise<SubtaskBody> => accountApi.post(`/api/subtasks/${id}/duplicate`);

/** @throws ApiError 409 IN_USE while a class stands on a step that would leave its lecture */
export const moveTask = (id: number, lectureId: number): Promise<TaskBody> =>
  accountApi.post(`/api/tasks/${id}/move`, { lecture_id: lectureId });

/** @throws ApiError 409 IN_USE as `moveTask` */
export const moveStep = (id: number, taskId: number): Promise<SubtaskBody> =>
  accountApi.post(`/api/subtasks/${id}/move`, { task_id: taskId });

// --- the history

export const readHistory = (lectureId: number): Promise<LectureHistory> => accountApi.get(`/api/lectures/${lectureId}/history`);

export const readVersion = (lectureId: number, version: number): Promise<LectureVersion> =>
  accountApi.get(`/api/lectures/${lectureId}/history/${version}`);

/** @throws ApiError 409 LECTURE_CHANGED when the lecture is not at `seen` any more, IN_USE */
export const restoreVersion = (lectureId: number, version: number, seen: number): Promise<LectureBody> =>
  accountApi.post(`/api/lectures/${lectureId}/history/${version}/restore`, { seen_version: seen });
