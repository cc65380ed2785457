/** The page that must not scroll: what is below everything else scrolls within itself. */

/** The page's own margin at its end. */
const BELOW_PX = 36;

/** Sets `--room` on the element: how much of the window is left from its top down; whenever what is above it changes. */
export function room(node: HTMLElement): { destroy(): void } {
  const measure = (): void => {
    const top = node.getBoundingClientRect().top + window.scrollY;
    node.style.setProperty('--room', `${Math.max(0, Math.floor(window.innerHeight - top - BELOW_PX))}px`);
  };
  const watcher = new ResizeObserver(measure);
  watcher.observe(document.body);
  window.addEventListener('resize', measure);
  measure();
  return {
    destroy() {
      watcher.disconnect();
      window.removeEventListener('resize', measure);
    },
  };
}
