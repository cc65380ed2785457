/**
 * Words of the pages. Korean is in the bundle, English is loaded when it is asked for.
 * A catalogue is one object of Korean texts, whose type is what the English one must match:
 *
 *   export const t = catalogue(ko, () => import('./en'));   // in a module
 *   {$t('place', { n: 3, total: 12 })}                      // in a component
 *
 * A text names its parameters in braces: "{n} / {total}"; leaving one out is a type error. A catalogue that is given
 * `withForm` (forms.ts) may have words behind a name, in the form that goes with the value: "{n:이에요}".
 */
import { derived, get, writable, type Readable } from 'svelte/store';
import { storage } from '../storage';
import { ko } from './ko';
import type { Texts, Translated } from './texts';

export type Lang = 'ko' | 'en';
type Names<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Plain<Name> | Names<Rest> : never;
type Plain<Name> = Name extends `${infer Bare}:${string}` ? Bare : Name;
type Form = (value: string | number, mark: string) => string;
type Args<Text> = [Names<Text>] extends [never]
  ? []
  : [values: Record<Names<Text>, string | number>];

export type Translate<M extends Texts> = <K extends keyof M>(key: K, ...args: Args<M[K]>) => string;

const current = writable<Lang>('ko');
/** The language of the pages now. */
export const lang: Readable<Lang> = { subscribe: current.subscribe };

const english: (() => Promise<void>)[] = [];

function fill(text: string, values: Record<string, string | number> | undefined, form?: Form): string {
  if (!values) return text;
  return text.replace(/\{(\w+):?([^}]*)\}/g, (whole, name: string, mark: string) => {
    const value = values[name] ?? whole;
    return mark && form ? form(value, mark) : String(value);
  });
}

/** Make the translator of one catalogue; its English texts are loaded once, when needed. */
export function catalogue<const M extends Texts>(
  korean: M,
  loadEnglish: () => Promise<{ en: Translated<M> }>,
  form?: Form,
): Readable<Translate<M>> {
  const loaded = writable<Translated<M> | null>(null);
  const load = async (): Promise<void> => {
    if (!get(loaded)) loaded.set((await loadEnglish()).en);
  };
  english.push(load);
  if (get(current) === 'en') void load();
  return derived([current, loaded], ([language, texts]): Translate<M> => {
    const source = language === 'en' && texts ? texts : korean;
    return (key, ...args) => fill(source[key] as string, args[0] as Record<string, string>, form);
  });
}

/** Wait until every catalogue known so far has the texts of the language in use. */
export async function textsReady(): Promise<void> {
  if (get(current) === 'en') await Promise.all(english.map((load) => load()));
}

/** Change the language, remember it, and tell the document (and so screen readers). */
export async function setLang(next: Lang): Promise<void> {
  if (next === 'en') await Promise.all(english.map((load) => load()));
  storage.set('lang', next);
  current.set(next);
  document.documentElement.lang = next;
}

/** Start with the remembered language; Korean when nothing was chosen. */
export async function startLang(): Promise<void> {
  const kept = storage.get<Lang>('lang') === 'en' ? 'en' : 'ko';
  await setLang(kept).catch(() => setLang('ko'));
}

/** Texts of the public and the student's pages. */
export const t = catalogue(ko, () => import('./en'));
