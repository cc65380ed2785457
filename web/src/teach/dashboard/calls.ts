/** What the dashboard asks the server; everything rejects with ApiError. */
import { ApiError, accountApi } from '../../api';
import type {
  DashboardStudents,
  LectureAnswers,
  LectureStatistics,
  PendingList,
  PendingRequest,
  ProgressTrend,
  ShareAnswerRequest,
} from '../../api.gen';
import type { Lang } from '../../i18n';

/** As many as the server gives at once. */
export const QUEUE_LENGTH = 100;

/** R35: everybody. */
export const readStudents = (lectureId: number): Promise<DashboardStudents> =>
  accountApi.get(`/api/dashboard/lectures/${lectureId}/students`);

/** R37, the lists of days over as many days up to today. */
export const readStatistics = (lectureId: number, days: number): Promise<LectureStatistics> =>
  accountApi.get(`/api/dashboard/statistics/lecture/${lectureId}?days=${days}`);

/** R38. */
export const readTrend = (lectureId: number, days: number): Promise<ProgressTrend> =>
  accountApi.get(`/api/dashboard/chart-data/progress-trend?lecture_id=${lectureId}&days=${days}`);

/** R36: the open requests of one lecture, or of all; most urgent first. */
export async function readQueue(lectureId: number | null): Promise<{ rows: PendingRequest[]; total: number }> {
  const query = new URLSearchParams({ page_size: String(QUEUE_LENGTH) });
  if (lectureId !== null) query.set('lecture_id', String(lectureId));
  const body = await accountApi.get<PendingList>(
    `/api/dashboard/help-requests/pending?${query.toString()}`,
  );
  return { rows: body.pending_requests, total: body.count };
}

/** What everybody on a step gets, and what helped and is not shared. */
export const readAnswers = (lectureId: number): Promise<LectureAnswers> =>
  accountApi.get(`/api/lectures/${lectureId}/answers`);

/** @throws ApiError 400 ANSWER_NOT_SHAREABLE */
export const shareAnswer = (responseId: number, wording: ShareAnswerRequest): Promise<unknown> =>
  accountApi.post(`/api/help/responses/${responseId}/share`, wording);

export const stopSharing = (answerId: number): Promise<void> => accountApi.delete(`/api/help/answers/${answerId}`);

/** `attachment; filename*=utf-8''%EC%B9%B4.csv` */
function fileName(disposition: string | null): string {
  const coded = /filename\*=utf-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  const plain = /filename="([^"]+)"/.exec(disposition ?? '')?.[1];
  try {
    return (coded && decodeURIComponent(coded)) || plain || 'students.csv';
  } catch {
    return 'students.csv';
  }
}

async function fetchFile(path: string, fresh: boolean): Promise<Response> {
  const token = await accountApi.socketToken(fresh);
  const headers = token ? { Authorization: `Bearer ${token}` } : undefined;
  try {
    return await fetch(path, { credentials: 'same-origin', ...(headers ? { headers } : {}) });
  } catch {
    throw new ApiError('NETWORK', 'The server could not be reached.');
  }
}

/** The students as a spreadsheet reads them, and the name that the server gives the file. */
export async function readStudentsFile(lectureId: number, lang: Lang): Promise<{ name: string; content: Blob }> {
  const path = `/api/dashboard/lectures/${lectureId}/students.csv?lang=${lang}`;
  let response = await fetchFile(path, false);
  if (response.status === 401) response = await fetchFile(path, true);
  if (!response.ok) throw new ApiError(`HTTP_${response.status}`, response.statusText, response.status);
  const content = await response.blob().catch(() => {
    throw new ApiError('NETWORK', 'The file did not come whole.');
  });
  return { name: fileName(response.headers.get('Content-Disposition')), content };
}
