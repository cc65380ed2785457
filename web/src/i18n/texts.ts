/** What a catalogue is made of; apart from it, because the English texts need it too. */

export type Texts = Readonly<Record<string, string>>;
/** The same texts in another language. */
export type Translated<M extends Texts> = { readonly [K in keyof M]: string };
