/** Short news at the edge of the page: `toast('저장했어요')`, with one action if it can be undone. */
import { writable } from 'svelte/store';

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface ToastItem {
  id: number;
  text: string;
  look: 'plain' | 'done' | 'problem';
  action: ToastAction | null;
}

const SHOWN_MS = 6_000;
const SHOWN_WITH_ACTION_MS = 12_000;
let last = 0;

export const toasts = writable<readonly ToastItem[]>([]);

export function dismiss(id: number): void {
  toasts.update((list) => list.filter((item) => item.id !== id));
}

export function toast(
  text: string,
  options: { look?: ToastItem['look']; action?: ToastAction } = {},
): number {
  const id = ++last;
  const action = options.action ?? null;
  toasts.update((list) => [...list.slice(-2), { id, text, look: options.look ?? 'plain', action }]);
  setTimeout(() => dismiss(id), action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
  return id;
}
