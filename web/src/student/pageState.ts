/** The instructor's list tells who looks at the step and who is in another app: the page says whether it is seen. */
import { untrack } from 'svelte';
import type { Classroom } from './classroom.svelte';

/**
 * Say it now, with the step that stands on the page, and whenever it changes; in an effect, once per connection, when
 * that has been told which step it is. Steps that come later are answered by the socket itself.
 * @returns how to stop
 */
export function reportPage(room: Classroom): () => void {
  const report = (): void => {
    const step = untrack(() => room.current);
    room.tell({ type: 'page_state', visible: document.visibilityState === 'visible', subtask_id: step?.id ?? null });
  };
  report();
  document.addEventListener('visibilitychange', report);
  return () => document.removeEventListener('visibilitychange', report);
}
