import { get } from 'svelte/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PAGE_PATHS, PAGE_PATTERN } from './paths.gen';
import { matchPath, matchRoute, navigate, path, startRouter } from './router';
import { routes } from './routes';

test('paths with parameters', () => {
  expect(matchPath('/join/:code', '/join/ABC123')).toEqual({ code: 'ABC123' });
  expect(matchPath('/join/:code', '/join/ABC123/')).toEqual({ code: 'ABC123' });
  expect(matchPath('/join/:code', '/join')).toBeNull();
  expect(matchPath('/join/:code', '/join/a/b')).toBeNull();
  expect(matchPath('/join/:code', '/join/%E0%A4%A')).toBeNull();
  expect(matchPath('/', '/')).toEqual({});
});

test('every address has a page of its own, an unknown one has none', () => {
  for (const pattern of PAGE_PATHS) {
    const address = pattern.replace(/:\w+/g, '5');
    expect(matchRoute(address, routes)?.route.path, address).toBe(pattern);
    expect(address).toMatch(PAGE_PATTERN);
    expect(`${address}/`.replace('//', '/')).toMatch(PAGE_PATTERN);
  }
  for (const address of ['/nothing', '/chat/lounge', '/teach/sessions/5/nothing']) {
    expect(address).not.toMatch(PAGE_PATTERN);
    expect(matchRoute(address, routes), address).toBeNull();
  }
  expect(matchRoute('/nothing', routes)).toBeNull();
});

describe('in the browser', () => {
  let stop = (): void => undefined;
  beforeEach(() => {
    history.replaceState(null, '', '/');
    stop = startRouter(routes);
  });
  afterEach(() => {
    stop();
    document.body.innerHTML = '';
  });

  function click(html: string): boolean {
    document.body.innerHTML = html;
    const event = new MouseEvent('click', { bubbles: true, cancelable: true, button: 0 });
    document.querySelector('a span, a')?.dispatchEvent(event);
    return event.defaultPrevented;
  }

  test('a link of the site changes the page without loading it anew', () => {
    expect(click('<a href="/login?next=/teach"><span>x</span></a>')).toBe(true);
    expect(get(path)).toBe('/login');
    expect(location.search).toBe('?next=/teach');
  });

  test.each([
    ['<a href="https://example.com/login">x</a>'],
    ['<a href="/api/docs/">x</a>'],
    ['<a href="/login" target="_blank">x</a>'],
    ['<a href="/#main">x</a>'],
  ])('%s is left to the browser', (html) => {
    expect(click(html)).toBe(false);
  });

  test('replace leaves no way back', () => {
    navigate('/login');
    const length = history.length;
    navigate('/signup', { replace: true });
    expect(history.length).toBe(length);
    expect(get(path)).toBe('/signup');
  });
});
