/** Shapes of the API that the pages use, until they are generated from its schema. */

export type Role = 'STUDENT' | 'INSTRUCTOR' | 'ADMIN';
export type SessionStatus = 'WAITING' | 'IN_PROGRESS' | 'PAUSED' | 'REVIEW_MODE' | 'ENDED';
export type ProgressStatus = 'NOT_STARTED' | 'IN_PROGRESS' | 'COMPLETED' | 'HELP_NEEDED';
export type HelpStatus = 'ANALYZING' | 'RESOLVED' | 'FAILED';

export interface User {
  id: number;
  email: string | null;
  name: string;
  role: Role;
  is_guest?: boolean;
}

/** R2, R52 and the first half of the guest seat. */
export interface LoginBody {
  access_token: string;
  refresh_token: string;
  user: User;
}

/** R13 and the second half of the guest seat. */
export interface JoinBody {
  participant_id: number;
  session_id: number;
  user_id: number;
  status: string;
  joined_at: string;
  message: string;
}

export type GuestSeat = LoginBody & JoinBody;

/** R12. */
export interface SessionInfo {
  session_id: number;
  session_code: string;
  title: string;
  status: SessionStatus;
  lecture: { id: number; title: string; description: string };
  instructor: { id: number; name: string };
  participant_count: number;
  /** The class's chat; null for whoever is not in it. */
  chat_room_id: number | null;
}

/** A step: whole from R7 with its subtasks and from events, its beginning from elsewhere. */
export interface Step {
  id: number;
  title: string;
  guide_text?: string | null;
  voice_guide_text?: string | null;
  target_action?: string | null;
  /** Place in the whole lecture, from 1. */
  position?: number;
  image_url?: string | null;
}

/** R7 with ?include=subtasks. */
export interface LectureWithSteps {
  id: number;
  title: string;
  tasks: { id: number; title: string; order_index: number; subtasks?: Step[] }[];
}

/** R20. */
export interface CurrentState {
  session_id: number;
  status: SessionStatus;
  current_subtask: Step | null;
  started_at: string | null;
  active_participants: number;
  instructor_message: string;
  my_status?: string;
}

/** R27 (first half left out), and R29's row. */
export interface ProgressSummary {
  completed_subtasks: number;
  total_subtasks: number;
  completion_rate: number;
}

/** R33. */
export interface HelpRequest {
  help_request_id: number;
  status: HelpStatus;
  subtask?: { id: number };
  closed_at?: string | null;
  help_response: HelpAnswer | null;
}

export interface HelpAnswer {
  id?: number;
  help_type?: string;
  help_content: string;
  voice_guide_text: string | null;
}
