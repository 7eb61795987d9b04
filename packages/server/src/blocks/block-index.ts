/** Which blocks are held, the least recently used first. Some hundred bytes of memory for each. */
export class BlockIndex {
  readonly #sizes = new Map<string, number>();
  #total = 0;

  /** Bytes on disk. */
  get total(): number {
    return this.#total;
  }

  get count(): number {
    return this.#sizes.size;
  }

  has(name: string): boolean {
    return this.#sizes.has(name);
  }

  /** Makes it the most recently used. */
  touch(name: string): void {
    const size = this.#sizes.get(name);
    if (size === undefined) return;
    this.#sizes.delete(name);
    this.#sizes.set(name, size);
  }

  /** Adds the most recently used. */
  add(name: string, size: number): void {
    this.remove(name);
    this.#sizes.set(name, size);
    this.#total += size;
  }

  remove(name: string): void {
    this.#total -= this.#sizes.get(name) ?? 0;
    this.#sizes.delete(name);
  }

  /** Takes the least recently used ones out until no more than `most` bytes are left. */
  *shrink(most: number): Generator<string> {
    for (const name of this.#sizes.keys()) {
      if (this.#total <= most) return;
      this.remove(name);
      yield name;
    }
  }
}
