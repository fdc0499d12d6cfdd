/** Rows that were measured before: one JSON object per line, so that an interrupted run loses one row at most. */
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import type { BuildName } from './builds.ts'
import type { Row } from './row.ts'

export class RowFile {
  readonly #path: string
  readonly #rows = new Map<string, Row>()

  /** Read what is there; a last line that was cut short is left out. */
  constructor(path: string) {
    this.#path = path
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    const complete = text.slice(0, text.lastIndexOf('\n') + 1)
    for (const line of complete.split('\n')) {
      if (line === '') continue
      const row = JSON.parse(line) as Row
      this.#rows.set(keyOf(row), row)
    }
    if (text !== complete) truncateSync(path, Buffer.byteLength(complete))
  }

  /** The row of a build made from the same commit; never one of a tree that differs from its commit. */
  find(model: string, build: BuildName, commit: string): Row | undefined {
    return commit.endsWith('+') ? undefined : this.#rows.get(keyOf({ model, build, commit }))
  }

  add(row: Row): void {
    appendFileSync(this.#path, `${JSON.stringify(row)}\n`)
  }
}

function keyOf({ model, build, commit }: Pick<Row, 'model' | 'build' | 'commit'>): string {
  return [model, build, commit].join(' ')
}
