/** The addresses of the pages: the router's, the service worker's and (mobilegpt/server/pages.py) the server's. */
export const PAGE_PATHS = [
  '/',
  '/login',
  '/signup',
  '/confirm',
  '/join/:code',
  '/class/:code',
  '/invite/:token',
  '/support',
  '/support/:id',
  '/chat',
  '/chat/:room',
  '/teach',
  '/teach/dashboard',
  '/teach/lectures/:id',
  '/teach/lectures/:id/dashboard',
  '/teach/lectures/:id/attendance',
  '/teach/recordings',
  '/teach/recordings/:id',
  '/teach/sessions/:id',
  '/teach/sessions/:id/projector',
  '/teach/sessions/:id/summary',
  '/teach/sessions/:id/attendance',
] as const;

/** `/ui` shows every component, in development only. */
export type PagePath = (typeof PAGE_PATHS)[number] | '/ui';
