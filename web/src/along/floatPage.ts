/** A small window of the page's own, above all others, with the two buttons of a step (Document Picture-in-Picture). */
import { mount, unmount } from 'svelte';
import type { Classroom } from '../student/classroom.svelte';
import FloatCard from './FloatCard.svelte';
import type { Floating } from './floating';

const WIDTH = 380;
const HEIGHT = 620;

interface PageWindows extends EventTarget {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

/** What the page looks like: its styles, language, colours and size of text. */
function dress(into: Document): void {
  for (const sheet of document.querySelectorAll('link[rel="stylesheet"], style')) into.head.append(into.importNode(sheet, true));
  const look = (): void => {
    for (const { name, value } of document.documentElement.attributes) into.documentElement.setAttribute(name, value);
  };
  look();
  new MutationObserver(look).observe(document.documentElement, { attributes: true });
}

/** Open it; to be called in a tap. @throws DOMException when the browser refuses */
export async function floatPage(room: Classroom, onclose: () => void): Promise<Floating> {
  const windows = (window as unknown as { documentPictureInPicture: PageWindows }).documentPictureInPicture;
  const small = await windows.requestWindow({ width: WIDTH, height: HEIGHT });
  dress(small.document);
  small.document.title = document.title;
  const card = mount(FloatCard, { target: small.document.body, props: { room } });
  small.addEventListener('pagehide', () => {
    void unmount(card);
    onclose();
  });
  return { update: () => undefined, close: () => small.close() };
}
