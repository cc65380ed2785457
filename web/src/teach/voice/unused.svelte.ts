/**
 * Recordings that were made and not used yet, by the step's number: whoever looks at another step, or at another page,
 * finds them again. They are gone with the tab.
 */
class Unused {
  // Not a SvelteMap, which every first page of a phone would have to load with the rest of Svelte.
  #sounds = $state.raw<ReadonlyMap<number, Blob>>(new Map());

  get(stepId: number): Blob | undefined {
    return this.#sounds.get(stepId);
  }

  has(stepId: number): boolean {
    return this.#sounds.has(stepId);
  }

  set(stepId: number, sound: Blob): void {
    this.#sounds = new Map(this.#sounds).set(stepId, sound);
  }

  delete(stepId: number): void {
    this.#sounds = new Map([...this.#sounds].filter(([id]) => id !== stepId));
  }
}

export const unused = new Unused();
