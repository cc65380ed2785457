import type { LectureBody, TaskBody } from '../api.gen';

/** A part of a lecture with its steps. */
export type Task = Pick<TaskBody, 'id' | 'title' | 'description' | 'order_index' | 'subtasks'>;
/** R7 with ?include=subtasks: the whole lecture. */
export type Lecture = Omit<LectureBody, 'tasks'> & { tasks: Task[] };
