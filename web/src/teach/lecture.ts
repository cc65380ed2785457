import type { LectureBody, LoginUser, TaskBody } from '../api.gen';

/** A part of a lecture with its steps. */
export type Task = Pick<TaskBody, 'id' | 'title' | 'description' | 'order_index' | 'subtasks'>;
/** R7 with ?include=subtasks: the whole lecture. */
export type Lecture = Omit<LectureBody, 'tasks'> & { tasks: Task[] };

/** Whether somebody may change a lecture; others see it if it is public, and may copy it. */
export function mayEdit(person: LoginUser | null, lecture: Pick<Lecture, 'instructor_id'>): boolean {
  return person?.role === 'ADMIN' || person?.id === lecture.instructor_id;
}
