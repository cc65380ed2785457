/** What a step expects, in a plain sentence: what a teacher reads before saving. */
import type { KnownApp } from '../../api.gen';
import { isSetThing, nameOf, unseenScreens, words, type Way } from './ways';
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

/** No app is named by its package: one that has no name for people is the one that was set. */
function appWords(app: string, known: readonly KnownApp[], say: Say): string {
  return nameOf(app, known) ?? (app ? say('expect.setApp') : '');
}

function where(way: Way, known: readonly KnownApp[], say: Say): string {
  const app = appWords(way.app, known, say);
  return app ? say('expect.in', { app }) : '';
}

function thing(way: Way, say: Say): string {
  const role = way.role ? say(`expect.role.${way.role}`) : '';
  if (way.kind) return say(`expect.kind.${way.kind}`);
  const label = words(way.labels).join(say('expect.or'));
  if (label) return say('expect.thing', { label, role }).trim();
  return role || say(isSetThing(way) ? 'expect.setThing' : 'expect.there');
}

function place(way: Way, known: readonly KnownApp[], say: Say): string {
  const told = [appWords(way.app, known, say), screen(way, say), all(way.texts)].filter(Boolean).join(' ');
  return told || say(unseenScreens(way).length ? 'expect.setApp' : 'expect.there');
}

/** The screen that comes: its title is any of them, its words are all there. */
function shown(way: Way, known: readonly KnownApp[], say: Say): string {
  const app = way.afterApp === way.app ? '' : appWords(way.afterApp, known, say);
  return [app, screen(way, say), all(way.texts)].filter(Boolean).join(' ');
}

/** By its title, else as the one that was set: how programs call it is nothing to read. */
function screen(way: Way, say: Say): string {
  return quoted(way.screens, say) || (way.action !== 'OPEN' && unseenScreens(way).length ? say('expect.setScreen') : '');
}

function quoted(text: string, say: Say): string {
  const found = words(text);
  return found.length ? `‘${found.slice(0, 3).join(say('expect.or'))}’` : '';
}

const all = (text: string): string => words(text).slice(0, 3).map((word) => `‘${word}’`).join(', ');
