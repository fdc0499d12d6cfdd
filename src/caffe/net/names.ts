/** Names of values and nodes, each used once. Blobs of the prototxt have the first claim on their names. */

export class Names {
  readonly #values: Set<string>
  readonly #nodes = new Set<string>()

  /** @param blobs names no other value may take */
  constructor(blobs: Iterable<string>) {
    this.#values = new Set(blobs)
  }

  /** A value name not used yet. */
  value(stem: string): string {
    return unused(stem, this.#values)
  }

  node(stem: string): string {
    return unused(stem, this.#nodes)
  }
}

function unused(stem: string, taken: Set<string>): string {
  let name = stem
  for (let i = 1; taken.has(name); i++) name = `${stem}_${i}`
  taken.add(name)
  return name
}
