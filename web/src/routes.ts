/** Which page each address shows. The pages import the router, so the table is apart from it. */
import type { PagePath } from './paths.gen';
import type { Load, Route } from './router';

/** Whose page is which stands in teach/pages.ts: no phone loads their names. */
const taught: readonly PagePath[] = [
  '/support',
  '/support/:id',
  '/teach',
  '/teach/lectures/:id',
  '/teach/lectures/:id/dashboard',
  '/teach/lectures/:id/attendance',
  '/teach/lectures/:id/handout',
  '/teach/dashboard',
  '/teach/library',
  '/teach/recordings',
  '/teach/recordings/:id',
  '/teach/sessions/:id',
  '/teach/sessions/:id/projector',
  '/teach/sessions/:id/sheet',
  '/teach/sessions/:id/handout',
  '/teach/sessions/:id/summary',
  '/teach/sessions/:id/attendance',
  '/teach/split-screen',
];

// import() is untyped for .svelte files outside svelte-check, hence the casts in one place.
const page = (load: () => Promise<unknown>): Load => load as Load;

export const routes: readonly Route[] = [
  { path: '/', load: page(() => import('./pages/LandingPage.svelte')) },
  { path: '/login', load: page(() => import('./pages/LoginPage.svelte')) },
  { path: '/signup', load: page(() => import('./pages/SignupPage.svelte')) },
  { path: '/confirm', load: page(() => import('./pages/ConfirmPage.svelte')) },
  { path: '/join/:code', load: page(() => import('./student/JoinPage.svelte')) },
  { path: '/class/:code', load: page(() => import('./student/ClassPage.svelte')) },
  { path: '/invite/:token', load: page(() => import('./pages/InvitePage.svelte')) },
  { path: '/upload/:token', load: page(() => import('./pages/UploadPage.svelte')) },
  { path: '/learning', load: page(() => import('./student/LearningPage.svelte')) },
  { path: '/chat', load: page(() => import('./chat/ChatPage.svelte')), signedIn: true },
  { path: '/chat/:room', load: page(() => import('./chat/ChatPage.svelte')), signedIn: true },
  { path: '/ui', load: page(() => import('./pages/UiPage.svelte')) },
  ...taught.map((path): Route => ({ path, load: async () => (await import('./teach/pages')).loadPage(path), signedIn: true })),
];
