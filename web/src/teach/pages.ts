/** The instructor's pages by name. Apart from the routes, so that no phone loads the list of all their files. */
import type { Page } from '../router';

const pages = import.meta.glob<{ default: Page }>('./*Page.svelte');

/** @throws Error when there is no page of this name */
export function loadPage(name: string): Promise<{ default: Page }> {
  const load = pages[`./${name}.svelte`];
  if (!load) throw new Error(`no page is called ${name}`);
  return load();
}
