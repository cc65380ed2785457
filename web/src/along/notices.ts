/** The step as a notification while the page is hidden: one, replaced at each step. Secure contexts only. */
import { headline, type Card } from './card';

const TAG = 'class-step';
const ICON = '/icons/icon-192.png';

export type Permission = NotificationPermission | 'none';

/** `none`: this browser has no notifications here. */
export function permission(): Permission {
  return isSecureContext && 'Notification' in window ? Notification.permission : 'none';
}

/** To be called in a tap. */
export async function askForNotices(): Promise<Permission> {
  try {
    return await Notification.requestPermission();
  } catch {
    return permission();
  }
}

async function worker(): Promise<ServiceWorkerRegistration | undefined> {
  return 'serviceWorker' in navigator ? navigator.serviceWorker.getRegistration() : undefined;
}

/** `silent`: the page says the step itself. */
export async function notify(card: Card, silent: boolean): Promise<void> {
  if (permission() !== 'granted') return;
  const options = {
    tag: TAG,
    // One that replaces another makes a sound of its own only if it is told to.
    renotify: !silent,
    silent,
    body: [card.message, card.guide].filter(Boolean).join('\n'),
    icon: ICON,
    lang: document.documentElement.lang,
    data: { path: location.pathname + location.hash },
  };
  const registration = await worker();
  // Android takes notifications from the service worker only.
  if (registration?.active) await registration.showNotification(headline(card), options);
  else new Notification(headline(card), options).onclick = () => window.focus();
}

/** The person is back: what was notified stands on the page. */
export async function clearNotices(): Promise<void> {
  const shown = (await (await worker())?.getNotifications({ tag: TAG })) ?? [];
  shown.forEach((one) => one.close());
}
