import { afterEach, describe, expect, it } from 'vitest';
import { shortcutOf, type Shortcut } from './shortcuts';

/** What the page makes of a key pressed on the first element of `html` that has the id "at". */
function press(init: KeyboardEventInit, html = '<p id="at"></p>'): Shortcut | null {
  document.body.innerHTML = html;
  let result: Shortcut | null = null;
  const listen = (event: KeyboardEvent): void => {
    result = shortcutOf(event);
  };
  window.addEventListener('keydown', listen);
  const at = document.querySelector('#at');
  at?.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));
  window.removeEventListener('keydown', listen);
  return result;
}

afterEach(() => {
  document.body.innerHTML = '';
});

describe('keys of the live page', () => {
  it.each([
    ['ArrowRight', 'next'],
    [' ', 'pause'],
    ['h', 'help'],
    ['H', 'help'],
    ['f', 'projector'],
    ['?', 'keys'],
  ] as const)('%j means %s', (key, expected) => {
    expect(press({ key })).toBe(expected);
  });

  it('work with the Korean layout on', () => {
    expect(press({ key: 'ㅗ', code: 'KeyH' })).toBe('help');
  });

  it.each(['<input id="at">', '<textarea id="at"></textarea>', '<select id="at"></select>'])(
    'leave typing in %s alone',
    (html) => {
      expect(press({ key: 'h' }, html)).toBeNull();
      expect(press({ key: 'ArrowRight' }, html)).toBeNull();
    },
  );

  it('leave an open dialog alone', () => {
    expect(press({ key: 'ArrowRight' }, '<p id="at"></p><dialog open></dialog>')).toBeNull();
  });

  it('leave a button its space, and tabs their arrows', () => {
    expect(press({ key: ' ' }, '<button id="at"></button>')).toBeNull();
    expect(press({ key: 'ArrowRight' }, '<button id="at"></button>')).toBe('next');
    expect(press({ key: 'ArrowRight' }, '<div role="tablist"><button id="at" role="tab"></button></div>')).toBeNull();
  });

  it('take a key that is held down once, and no keys of the browser', () => {
    expect(press({ key: 'ArrowRight', repeat: true })).toBeNull();
    expect(press({ key: 'ArrowRight', altKey: true })).toBeNull();
    expect(press({ key: 'f', ctrlKey: true })).toBeNull();
    expect(press({ key: 'h', isComposing: true })).toBeNull();
  });
});
