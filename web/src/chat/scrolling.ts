/** Where a list of messages stands: at its end, or at a message that must not move. */

/** So near to the end counts as being there. */
const NEAR_END_PX = 60;

export function atEnd(box: HTMLElement): boolean {
  return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
}

export interface Anchor {
  id: string;
  top: number;
}

/** The first bubble that can be seen, and where it is on the screen. */
export function anchorOf(box: HTMLElement): Anchor | null {
  const edge = box.getBoundingClientRect().top;
  for (const bubble of box.querySelectorAll<HTMLElement>('[data-bubble]')) {
    const { top, bottom } = bubble.getBoundingClientRect();
    if (bottom > edge) return { id: bubble.dataset['bubble'] ?? '', top };
  }
  return null;
}

/** Put the bubble back where it was. */
export function restore(box: HTMLElement, anchor: Anchor): void {
  const bubble = box.querySelector(`[data-bubble="${CSS.escape(anchor.id)}"]`);
  if (bubble) box.scrollTop += bubble.getBoundingClientRect().top - anchor.top;
}
