/** The operations of an instructor, one function each; all reject with ApiError. */
import { accountApi } from '../api';
import type {
  AppSummary,
  CompletionDecided,
  CompletionDecision,
  CreatedLecture,
  CreateLectureRequest,
  CreateSubtaskRequest,
  CreateTaskRequest,
  CurrentState,
  FoundSession,
  LessonBody,
  LectureBody,
  LectureList,
  OpenSessionRequest,
  PendingList,
  RefreshedBody,
  ReorderRequest,
  Roster,
  RosterBody,
  SessionBody,
  SessionList,
  StudentProgress,
  SubtaskBody,
  TaskBody,
  UpdateLectureRequest,
  UpdateSubtaskRequest,
  UpdateTaskRequest,
} from '../api.gen';
import type { Lecture, Lesson, Task } from './lecture';

/** `all`: everybody's; else those that one owns or teaches together with their owner. */
export const listLectures = (all: boolean, page: number): Promise<LectureList> => {
  const query = new URLSearchParams({ page: String(page) });
  if (!all) query.set('teaching', 'true');
  return accountApi.get(`/api/lectures?${query.toString()}`);
};

export const createLecture = (fields: CreateLectureRequest): Promise<CreatedLecture> => accountApi.post('/api/lectures', fields);

export const readLecture = (id: number | string): Promise<Lecture> =>
  accountApi.get(`/api/lectures/${id}?include=subtasks`);

/** All of it, as a lecture of one's own that is not public yet. */
export const duplicateLecture = (id: number): Promise<LectureBody> => accountApi.post(`/api/lectures/${id}/duplicate`);

export const saveLecture = (id: number, fields: UpdateLectureRequest): Promise<unknown> =>
  accountApi.patch(`/api/lectures/${id}`, fields);

/** @throws ApiError 409 IN_USE while a class of it is running */
export const deleteLecture = (id: number): Promise<void> => accountApi.delete(`/api/lectures/${id}`);

export const createTask = (lectureId: number, fields: CreateTaskRequest): Promise<TaskBody> =>
  accountApi.post(`/api/lectures/${lectureId}/tasks`, fields);

export const saveTask = (id: number, fields: UpdateTaskRequest): Promise<unknown> =>
  accountApi.patch(`/api/tasks/${id}`, fields);

/** @throws ApiError 409 IN_USE while a class stands on one of its steps */
export const deleteTask = (id: number): Promise<void> => accountApi.delete(`/api/tasks/${id}`);

export const createSubtask = (taskId: number, fields: CreateSubtaskRequest): Promise<SubtaskBody> =>
  accountApi.post(`/api/tasks/${taskId}/subtasks`, fields);

export const saveSubtask = (id: number, fields: UpdateSubtaskRequest): Promise<SubtaskBody> =>
  accountApi.patch(`/api/subtasks/${id}`, fields);

/** @throws ApiError 409 IN_USE while a class stands on it */
export const deleteSubtask = (id: number): Promise<void> => accountApi.delete(`/api/subtasks/${id}`);

export const saveOrder = (lectureId: number, order: ReorderRequest): Promise<unknown> =>
  accountApi.put(`/api/lectures/${lectureId}/order`, order);

export const listSessions = (lectureId: number): Promise<SessionList> =>
  accountApi.get(`/api/lectures/${lectureId}/sessions`);

export const openClass = (lectureId: number, fields: OpenSessionRequest): Promise<SessionBody> =>
  accountApi.post(`/api/lectures/${lectureId}/sessions`, fields);

export const readClass = (ref: string): Promise<FoundSession> =>
  accountApi.get(`/api/sessions/${encodeURIComponent(ref)}`);

export const readCurrent = (id: number): Promise<CurrentState> => accountApi.get(`/api/sessions/${id}/current`);

export const readSeats = (id: number): Promise<Roster> =>
  accountApi.get(`/api/sessions/${id}/participants`);

export const readRoster = (id: number): Promise<RosterBody> => accountApi.get(`/api/sessions/${id}/roster`);

export const readLesson = async (sessionId: number): Promise<Lesson> => {
  const { lecture, tasks, changed } = await accountApi.get<LessonBody>(`/api/sessions/${sessionId}/lesson`);
  return { ...lecture, tasks: tasks as Task[], changed };
};

/** The running class teaches its lecture as it is now.
 * @throws ApiError 409 STEP_NOT_IN_LESSON when the lecture has lost the step that the class stands on */
export const refreshLesson = (sessionId: number): Promise<RefreshedBody> =>
  accountApi.post(`/api/sessions/${sessionId}/refresh-lesson`);

export const readSummary = (ref: number | string): Promise<AppSummary> =>
  accountApi.get(`/api/sessions/${ref}/summary`);

/** The open requests of one class, oldest first; a hundred at most. */
export const readPendingHelp = (sessionId: number): Promise<PendingList> =>
  accountApi.get(`/api/dashboard/help-requests/pending?page_size=100&session_id=${sessionId}`);

/** What an instructor may do with a class (R15–R19 and the announcement). */
export type ClassCommand = 'start' | 'next-step' | 'pause' | 'resume' | 'end' | 'announce' | 'break';

/** @throws ApiError 409 INVALID_TRANSITION when the class has moved on meanwhile */
export const command = (id: number, name: ClassCommand, fields: object = {}): Promise<unknown> =>
  accountApi.post(`/api/sessions/${id}/${name}`, fields);

/** The pause has no end any more (contract 11.13). @throws ApiError 409 INVALID_TRANSITION when the class goes on already */
export const leaveBreakOpen = (id: number): Promise<void> => accountApi.delete(`/api/sessions/${id}/break`);

/** Whether one person has done the step, or all of whom it is suggested (contract 11.15).
 * @throws ApiError 409 COMPLETION_NOT_SUGGESTED, INVALID_TRANSITION when the class stands elsewhere */
export const decideCompletion = (
  id: number, stepId: number, decision: CompletionDecision, participantId: number | null,
): Promise<CompletionDecided> => {
  const whose = participantId === null ? '' : `/seats/${participantId}`;
  return accountApi.post(`/api/sessions/${id}${whose}/completion/${decision === 'ACCEPTED' ? 'accept' : 'decline'}`, { subtask_id: stepId });
};

export const answerHelp = (requestId: number, text: string, voice = text): Promise<unknown> =>
  accountApi.post(`/api/help/request/${requestId}/answer`, { help_content: text, voice_guide_text: voice });

export const closeHelp = (requestId: number): Promise<unknown> =>
  accountApi.post(`/api/help/request/${requestId}/close`);

export const readProgress = (userId: number, lectureId: number): Promise<StudentProgress> =>
  accountApi.get(`/api/progress/users/${userId}/lectures/${lectureId}`);
