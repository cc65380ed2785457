/** Rows that are read again and again: what has not changed stays the same object, so that nothing is drawn anew. */
import type { DashboardStudentRow, PendingRequest } from '../../api.gen';

type RequestType = PendingRequest['request_type'];

export function keepSame<Row>(known: readonly Row[], fresh: readonly Row[], key: (row: Row) => number): readonly Row[] {
  const before = new Map(known.map((row) => [key(row), row]));
  const merged = fresh.map((row) => {
    const old = before.get(key(row));
    return old !== undefined && same(old, row) ? old : row;
  });
  return merged.length === known.length && merged.every((row, index) => row === known[index]) ? known : merged;
}

/** Of plain data. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** 0.425 is 43: the rounding of every chart and of the file (contract 7.4). */
export function wholePercent(share: number): number {
  return Math.floor(share * 100 + 0.5 + 1e-9);
}

/** A row after news of progress; the step on which the student stands now comes with the next reading. */
export function withProgress(
  row: DashboardStudentRow,
  news: { subtask_id: number; status: string; progress_rate: number },
  at: string,
): DashboardStudentRow {
  const step = row.current_subtask;
  return {
    ...row,
    progress_rate: news.progress_rate / 100,
    completed_subtasks: Math.round((news.progress_rate / 100) * row.total_subtasks),
    current_subtask: step && step.id === news.subtask_id ? { ...step, status: news.status } : step,
    last_activity: at,
  };
}

/** A row after somebody asked, or the server noticed something: the two are never added up. */
export function withRequest(row: DashboardStudentRow, type: RequestType, at: string): DashboardStudentRow {
  if (type === 'AUTO') return { ...row, auto_help_count: row.auto_help_count + 1 };
  return { ...row, help_count: row.help_count + 1, pending_help: row.pending_help + 1, last_activity: at };
}
