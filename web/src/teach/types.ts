/** Shapes of the API that the instructor's pages use (S1 §2–4, §7; contract 5, 6, 8.3). */
import type { PendingRequest } from '../api.gen';
import type { ProgressStatus, SessionStatus } from '../types';

export const TARGET_ACTIONS = ['CLICK', 'LONG_CLICK', 'SCROLL', 'INPUT', 'NAVIGATE'] as const;
export type TargetAction = (typeof TARGET_ACTIONS)[number];

export interface Pagination {
  page: number;
  page_size: number;
  total_count: number;
  total_pages: number;
}

/** A row of R5. */
export interface LectureRow {
  id: number;
  title: string;
  description: string;
  is_active: boolean;
  thumbnail_url: string | null;
  total_subtasks: number;
  enrolled_count: number;
  created_at: string;
}

export interface LectureList {
  lectures: LectureRow[];
  pagination: Pagination;
}

/** A step with all its fields (R23, R24, R25). */
export interface Subtask {
  id: number;
  title: string;
  description: string;
  order_index: number;
  /** Place in the whole lecture, from 1. */
  position: number;
  target_action: TargetAction | null;
  target_element_hint: string | null;
  guide_text: string;
  voice_guide_text: string;
}

/** A part of a lecture with its steps. */
export interface Task {
  id: number;
  title: string;
  description: string;
  order_index: number;
  subtasks: Subtask[];
}

/** R7 with ?include=subtasks. */
export interface Lecture {
  id: number;
  title: string;
  description: string;
  thumbnail_url: string | null;
  is_active: boolean;
  enrolled_count: number;
  tasks: Task[];
}

/** A row of GET /api/lectures/{id}/sessions. */
export interface SessionRow {
  session_id: number;
  session_code: string;
  title: string;
  /** What the QR code says: this server as it is reached from outside. */
  join_url: string;
  status: SessionStatus;
  participant_count: number;
  scheduled_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  created_at: string;
}

/** R11. */
export interface OpenedSession {
  session_id: number;
  session_code: string;
  status: SessionStatus;
}

/** R12, as its owner gets it. */
export interface ClassInfo {
  session_id: number;
  session_code: string;
  title: string;
  status: SessionStatus;
  lecture: { id: number; title: string };
  instructor: { id: number; name: string };
  scheduled_at: string | null;
  /** Its chat; null for classes from before there was one. */
  chat_room_id: number | null;
}

/** A row of R14: a seat and how its owner is doing. */
export interface Seat {
  participant_id: number;
  user_id: number;
  name: string;
  /** null for a guest. */
  email: string | null;
  status: 'WAITING' | 'ACTIVE' | 'COMPLETED' | 'DISCONNECTED';
  joined_at: string;
  is_present: boolean;
  /** On the step that the class is on; NOT_STARTED while it is on none. */
  current_step_status: ProgressStatus;
  open_help_request_id: number | null;
  last_seen_at: string;
}

/** A row of R36. */
export type PendingHelp = PendingRequest;

/** R29. */
export interface PersonProgress {
  progress: {
    task_title: string;
    subtask_title: string;
    status: ProgressStatus;
    completed_at?: string | null;
  }[];
}

/** A row of GET /api/sessions/{id}/summary. */
export interface StepSummary {
  subtask_id: number;
  title: string;
  position: number;
  completed_participants: number;
  help_requests: number;
}

/** GET /api/sessions/{id}/summary. */
export interface ClassSummary {
  session_id: number;
  title: string;
  status: SessionStatus;
  lecture: { id: number; title: string };
  started_at: string | null;
  ended_at: string | null;
  duration_minutes: number;
  total_participants: number;
  completed_participants: number;
  total_help_requests: number;
  steps: StepSummary[];
}
