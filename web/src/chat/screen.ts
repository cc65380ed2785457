/** As high as what can be seen: where a keyboard covers the page instead of making it smaller (iOS). */
export function fitScreen(element: HTMLElement): () => void {
  const view = window.visualViewport;
  if (!view) return () => undefined;
  const fit = (): void => {
    // Pinched larger, the page stays as it is.
    const covered = view.scale === 1 && view.height < window.innerHeight - 1;
    element.style.height = covered ? `${view.height}px` : '';
    if (covered) window.scrollTo(0, 0);
  };
  view.addEventListener('resize', fit);
  fit();
  return () => view.removeEventListener('resize', fit);
}
