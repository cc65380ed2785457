/**
 * Pages by address (routes.ts has the table), with the browser's own history. Every page is
 * loaded when it is first shown. A page component gets `params`, the named parts of its address.
 */
import type { Component } from 'svelte';
import { writable, type Readable } from 'svelte/store';
import type { PagePath } from './paths.gen';
import { carriedFragment } from './storage';

export type Params = Readonly<Record<string, string>>;
export type Page = Component<{ params: Params }>;
export type Load = () => Promise<{ default: Page }>;

export interface Route {
  path: PagePath;
  load: Load;
  /** Asks for a signed-in account first. */
  signedIn?: boolean;
}

export interface Match {
  route: Route;
  params: Params;
}

/** The named parts when `path` has the shape of `pattern`, else null. */
export function matchPath(pattern: string, path: string): Params | null {
  const wanted = pattern.split('/').filter(Boolean);
  const given = path.split('/').filter(Boolean);
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== value) return null;
      continue;
    }
    // Rooms are numbers, as the server has it (page_paths.py).
    if (part === ':room' && !/^\d+$/.test(value)) return null;
    try {
      params[part.slice(1)] = decodeURIComponent(value);
    } catch {
      return null;
    }
  }
  return params;
}

export function matchRoute(path: string, routes: readonly Route[]): Match | null {
  for (const route of routes) {
    const params = matchPath(route.path, path);
    if (params) return { route, params };
  }
  return null;
}

const address = writable(typeof location === 'undefined' ? '/' : location.pathname);
/** The path shown now. */
export const path: Readable<string> = { subscribe: address.subscribe };

/** Go to a path of this site (query allowed). `replace` leaves no way back to this page. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const target = to.includes('#') ? to : to + carriedFragment();
  if (options.replace) history.replaceState(null, '', target);
  else history.pushState(null, '', target);
  address.set(location.pathname);
}

/** Follow history, and ordinary links to one of the routes; returns the function that stops it. */
export function startRouter(routes: readonly Route[]): () => void {
  const onPop = (): void => address.set(location.pathname);
  const onClick = (event: MouseEvent): void => {
    const link = (event.target as Element | null)?.closest('a');
    if (!link || link.target || link.hasAttribute('download')) return;
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || !matchRoute(link.pathname, routes)) return;
    if (link.pathname === location.pathname && link.hash) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  };
  window.addEventListener('popstate', onPop);
  document.addEventListener('click', onClick);
  return () => {
    window.removeEventListener('popstate', onPop);
    document.removeEventListener('click', onClick);
  };
}
