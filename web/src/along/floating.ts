/** A window with the guide that is open. */
export interface Floating {
  /** The class has changed. */
  update(): void;
  close(): void;
}
