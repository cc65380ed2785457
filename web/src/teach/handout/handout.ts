/** What is on a handout: a lecture's steps, or those that a class was taught, and the class where they can be seen again. */
import type { SessionBody, SessionStatus } from '../../api.gen';
import { listSessions, readClass, readLecture, readLesson } from '../calls';
import type { Task } from '../lecture';

export interface Handout {
  title: string;
  teacher: string;
  tasks: readonly Task[];
  /** Null where no class can be seen again. */
  review: { code: string; host: string } | null;
}

/** In which state of a class its code leads to the review soonest; an ended one leads nowhere. */
const SOONEST: readonly SessionStatus[] = ['REVIEW_MODE', 'IN_PROGRESS', 'PAUSED', 'WAITING'];

const reviewOf = ({ session_code, join_url }: SessionBody): Handout['review'] => ({ code: session_code, host: new URL(join_url).host });

/** Of a lecture's classes the one to see again; the newest of those that are alike. */
export function classToReview(sessions: readonly SessionBody[]): SessionBody | null {
  for (const status of SOONEST) {
    const found = sessions.find((session) => session.status === status && session.session_code);
    if (found) return found;
  }
  return null;
}

/** Whoever may read a lecture may print it; its classes are its teachers'. */
const classesOf = async (lectureId: number): Promise<SessionBody[]> =>
  listSessions(lectureId).then(
    ({ sessions }) => sessions,
    () => [],
  );

/** @throws ApiError */
export async function handoutOfLecture(id: string): Promise<Handout> {
  const lecture = await readLecture(id);
  const session = classToReview(await classesOf(lecture.id));
  return { title: lecture.title, teacher: lecture.instructor.name, tasks: lecture.tasks, review: session && reviewOf(session) };
}

/** As the class was taught, which the lecture may not say any more. @throws ApiError */
export async function handoutOfClass(id: string): Promise<Handout> {
  const info = await readClass(id);
  const [lesson, sessions] = await Promise.all([readLesson(info.session_id), classesOf(info.lecture.id)]);
  const mine = sessions.find(({ session_id }) => session_id === info.session_id);
  const session = classToReview(mine ? [mine] : []);
  return { title: lesson.title, teacher: info.instructor.name, tasks: lesson.tasks, review: session && reviewOf(session) };
}
