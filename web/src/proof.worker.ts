/** Looks for an answer beside the page (see proof.ts). */
import { Search, type Challenge } from './proof';

self.onmessage = (event: MessageEvent<Challenge>) => {
  self.postMessage(new Search(event.data).look(Infinity));
};
