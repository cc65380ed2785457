/** What the dashboard asks the server; everything rejects with ApiError. */
import { accountApi } from '../../api';
import type {
  DashboardStudents,
  EditAnswerRequest,
  HelpGroup,
  LectureAnswers,
  LectureStatistics,
  PendingList,
  PendingRequest,
  ProgressTrend,
  SharedAnswer,
  ShareAnswerRequest,
} from '../../api.gen';
import type { Lang } from '../../i18n';
import { readFile, type NamedFile } from '../download';

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
export async function readQueue(lectureId: number | null): Promise<{ rows: PendingRequest[]; groups: HelpGroup[]; total: number }> {
  const query = new URLSearchParams({ page_size: String(QUEUE_LENGTH) });
  if (lectureId !== null) query.set('lecture_id', String(lectureId));
  const body = await accountApi.get<PendingList>(
    `/api/dashboard/help-requests/pending?${query.toString()}`,
  );
  return { rows: body.pending_requests, groups: body.groups, total: body.count };
}

/** What everybody on a step gets, and what helped and is not shared. */
export const readAnswers = (lectureId: number): Promise<LectureAnswers> =>
  accountApi.get(`/api/lectures/${lectureId}/answers`);

/** @throws ApiError 400 ANSWER_NOT_SHAREABLE */
export const shareAnswer = (responseId: number, wording: ShareAnswerRequest): Promise<unknown> =>
  accountApi.post(`/api/help/responses/${responseId}/share`, wording);

/** Other words, a pin, or word that it fits its step as it is now. @throws ApiError 400 ANSWER_NOT_SHAREABLE */
export const editAnswer = (answerId: number, change: EditAnswerRequest): Promise<SharedAnswer> =>
  accountApi.patch(`/api/help/answers/${answerId}`, change);

export const stopSharing = (answerId: number): Promise<void> => accountApi.delete(`/api/help/answers/${answerId}`);

/** The students as a spreadsheet reads them. */
export const readStudentsFile = (lectureId: number, lang: Lang): Promise<NamedFile> =>
  readFile(`/api/dashboard/lectures/${lectureId}/students.csv?lang=${lang}`, lang);
