/** Keep the screen on while the page is visible, until the returned function is called. Over plain HTTP no Wake Lock. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let release: (() => void) | null = null;
  let over = false;
  const ask = async (): Promise<void> => {
    if (over || document.visibilityState !== 'visible') return;
    try {
      if ('wakeLock' in navigator) lock = await navigator.wakeLock.request('screen');
      else release ??= (await import('./awakeVideo')).playSilently();
    } catch {
      lock = null; // Low battery; the class goes on without.
    }
    if (over) end();
  };
  const end = (): void => {
    void lock?.release().catch(() => undefined);
    release?.();
    release = null;
  };
  const onVisible = (): void => void ask();
  document.addEventListener('visibilitychange', onVisible);
  void ask();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', onVisible);
    end();
  };
}
