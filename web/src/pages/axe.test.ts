/** The public pages and every component through axe; colours are tested in src/ui/tokens.test.ts. */
import { cleanup, render } from '@testing-library/svelte';
import axe from 'axe-core';
import type { Component } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import LandingPage from './LandingPage.svelte';
import LoginPage from './LoginPage.svelte';
import SignupPage from './SignupPage.svelte';
import UiPage from './UiPage.svelte';
import JoinPage from '../student/JoinPage.svelte';

type Page = Component<{ params: Record<string, string> }>;

const pages: [string, unknown][] = [
  ['landing', LandingPage],
  ['login', LoginPage],
  ['signup', SignupPage],
  ['join', JoinPage],
  ['every component', UiPage],
];

beforeEach(() => {
  document.documentElement.lang = 'ko';
  // jsdom knows <dialog> but not its modal methods.
  HTMLDialogElement.prototype.showModal ??= vi.fn();
});
afterEach(cleanup);

test.each(pages)('%s', async (_name, page) => {
  render(page as Page, { params: { code: 'ABC234' } });
  const { violations } = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map((found) => [found.id, found.nodes.map((node) => node.html.slice(0, 120))])).toEqual([]);
});
