/** Keeps the screen on where the browser can (not over plain HTTP), and the back button in class. */

export function stayAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;
  const ask = async (): Promise<void> => {
    if (over || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
    } catch {
      lock = null; // Low battery; the class goes on without.
    }
  };
  const onVisible = (): void => void ask();
  document.addEventListener('visibilitychange', onVisible);
  void ask();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', onVisible);
    void lock?.release().catch(() => undefined);
  };
}

/** A step back by mistake stays on this page: there is always one more entry to go back to. */
export function stayHere(): () => void {
  const guard = (): void => history.pushState({ inClass: true }, '', location.href);
  const onPop = (): void => guard();
  if (!(history.state as { inClass?: boolean } | null)?.inClass) guard();
  window.addEventListener('popstate', onPop);
  return () => window.removeEventListener('popstate', onPop);
}
