/** What stands on the paper of every sheet, remembered by this browser. */
import { storage } from '../../storage';

const CENTRE = 'centre';
const SIGNATURE = 'signature';

class Paper {
  #centre = $state(storage.get<string>(CENTRE) ?? '');
  #signature = $state(storage.get<boolean>(SIGNATURE) ?? false);

  get centre(): string {
    return this.#centre;
  }

  set centre(name: string) {
    this.#centre = name;
    storage.set(CENTRE, name);
  }

  get signature(): boolean {
    return this.#signature;
  }

  set signature(wanted: boolean) {
    this.#signature = wanted;
    storage.set(SIGNATURE, wanted);
  }
}

export const paper = new Paper();
