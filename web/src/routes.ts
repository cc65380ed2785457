/** Which page each address shows. The pages import the router, so the table is apart from it. */
import type { PagePath } from './paths.gen';
import type { Load, Route } from './router';

function teachRoute(path: PagePath, name: string): Route[] {
  return [{ path, load: async () => (await import('./teach/pages')).loadPage(name), signedIn: true }];
}

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
  ...teachRoute('/support', 'SupportListPage'),
  ...teachRoute('/support/:id', 'SupportPage'),
  ...teachRoute('/teach', 'LecturesPage'),
  ...teachRoute('/teach/lectures/:id', 'EditorPage'),
  ...teachRoute('/teach/lectures/:id/dashboard', 'DashboardPage'),
  ...teachRoute('/teach/lectures/:id/attendance', 'LectureAttendancePage'),
  ...teachRoute('/teach/dashboard', 'OverviewPage'),
  ...teachRoute('/teach/library', 'LibraryPage'),
  ...teachRoute('/teach/recordings', 'RecordingsPage'),
  ...teachRoute('/teach/recordings/:id', 'RecordingPage'),
  ...teachRoute('/teach/sessions/:id', 'LivePage'),
  ...teachRoute('/teach/sessions/:id/projector', 'ProjectorPage'),
  ...teachRoute('/teach/sessions/:id/sheet', 'SheetPage'),
  ...teachRoute('/teach/sessions/:id/summary', 'SummaryPage'),
  ...teachRoute('/teach/sessions/:id/attendance', 'AttendancePage'),
];
