import { expect, test } from 'vitest';
import { reachOnly } from './alone';

test('what is looked at closely is all that is reached, save what stays in use', () => {
  document.body.innerHTML =
    '<header></header><main><section><p></p><div id="sheet"></div></section><div data-thumb></div></main><p role="status"></p>';
  const back = reachOnly(document.getElementById('sheet')!, '[data-thumb], [role=status]');
  const inert = (): string[] => [...document.querySelectorAll<HTMLElement>('body *')].filter((one) => one.inert).map(({ localName }) => localName);
  expect(inert()).toEqual(['header', 'p']);
  back();
  expect(inert()).toEqual([]);
});
