/** A step back by mistake stays on this page: there is always one more entry to go back to. */
export function stayHere(): () => void {
  const guard = (): void => history.pushState({ inClass: true }, '', location.href);
  const onPop = (): void => guard();
  if (!(history.state as { inClass?: boolean } | null)?.inClass) guard();
  window.addEventListener('popstate', onPop);
  return () => window.removeEventListener('popstate', onPop);
}
