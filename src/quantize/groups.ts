/** Union-find over tensor names: tensors that must share one scale. */
export class Groups {
  readonly #parent = new Map<string, string>()

  /** Representative of a tensor's group (itself while it stands alone). */
  find(tensor: string): string {
    let root = tensor
    while (true) {
      const parent = this.#parent.get(root)
      if (parent === undefined) break
      root = parent
    }
    if (root !== tensor) this.#parent.set(tensor, root)
    return root
  }

  /** Merge the groups of two tensors; the first one's representative stays. */
  join(first: string, second: string): void {
    const a = this.find(first)
    const b = this.find(second)
    if (a !== b) this.#parent.set(b, a)
  }
}
