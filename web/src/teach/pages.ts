/** The instructor's pages by address. Apart from the routes, so that no phone loads the list of all their files. */
import type { PagePath } from '../paths.gen';
import type { Page } from '../router';

const NAMES: Partial<Record<PagePath, string>> = {
  '/support': 'SupportListPage',
  '/support/:id': 'SupportPage',
  '/teach': 'LecturesPage',
  '/teach/lectures/:id': 'EditorPage',
  '/teach/lectures/:id/dashboard': 'DashboardPage',
  '/teach/lectures/:id/attendance': 'LectureAttendancePage',
  '/teach/lectures/:id/handout': 'HandoutPage',
  '/teach/dashboard': 'OverviewPage',
  '/teach/library': 'LibraryPage',
  '/teach/recordings': 'RecordingsPage',
  '/teach/recordings/:id': 'RecordingPage',
  '/teach/sessions/:id': 'LivePage',
  '/teach/sessions/:id/projector': 'ProjectorPage',
  '/teach/sessions/:id/sheet': 'SheetPage',
  '/teach/sessions/:id/handout': 'ClassHandoutPage',
  '/teach/sessions/:id/summary': 'SummaryPage',
  '/teach/sessions/:id/attendance': 'AttendancePage',
  '/teach/split-screen': 'SplitScreenPage',
};

const pages = import.meta.glob<{ default: Page }>('./*Page.svelte');

/** @throws Error when no page has this address */
export function loadPage(path: PagePath): Promise<{ default: Page }> {
  const load = pages[`./${NAMES[path]}.svelte`];
  if (!load) throw new Error(`no page is at ${path}`);
  return load();
}
