/** What registering a hook returns: `remove()` takes the hook away again. */
export class RemovableHandle {
  readonly #remove: () => void;
  constructor(remove: () => void) {
    this.#remove = remove;
  }
  remove(): void {
    this.#remove();
  }
}
