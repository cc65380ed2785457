/** What a step expects, in a plain sentence: what a teacher reads before saving. */
import type { KnownApp } from '../../api.gen';
import { nameOf, words, type Way } from './ways';
import type { t } from './words';

type Say = Parameters<Parameters<typeof t.subscribe>[0]>[0];

export function sentence(way: Way, known: readonly KnownApp[], say: Say): string {
  const act = say(`expect.said.${way.action}`, {
    where: where(way, known, say),
    thing: thing(way, say),
    app: place(way, known, say),
  });
  const after = way.action === 'OPEN' ? '' : shown(way, known, say);
  return after ? say('expect.then', { act, after }) : say('expect.done', { act });
}

function where(way: Way, known: readonly KnownApp[], say: Say): string {
  const app = nameOf(way.app, known);
  return app ? say('expect.in', { app }) : '';
}

function thing(way: Way, say: Say): string {
  const role = way.role ? say(`expect.role.${way.role}`) : '';
  if (way.kind) return say(`expect.kind.${way.kind}`);
  const label = words(way.labels).join(say('expect.or'));
  return label ? say('expect.thing', { label, role }).trim() : role || say('expect.there');
}

function place(way: Way, known: readonly KnownApp[], say: Say): string {
  return [nameOf(way.app, known), quoted(way.screens, say), quoted(way.texts, say)].filter(Boolean).join(' ') || say('expect.there');
}

/** The screen that comes: its title is any of them, its words are all there. */
function shown(way: Way, known: readonly KnownApp[], say: Say): string {
  const same = way.afterApp === way.app;
  return [same ? '' : nameOf(way.afterApp, known), quoted(way.screens, say), quoted(way.texts, say)].filter(Boolean).join(' ');
}

function quoted(text: string, say: Say): string {
  const found = words(text);
  return found.length ? `‘${found.slice(0, 3).join(say('expect.or'))}’` : '';
}
