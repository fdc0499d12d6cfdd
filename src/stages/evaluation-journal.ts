/** What an interrupted evaluation has done already: one JSON line per finished shard, behind a line that says of what. */
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { saveFileAtomic } from '../files/save-file.ts'
import { VERSION } from '../version.ts'

export interface EvaluationJournal<Result> {
  /** Results of an earlier run over the same pictures with the same model and card. */
  readonly done: ReadonlyMap<string, Result>
  append(id: string, result: Result): void
  /** The evaluation is complete: nothing to resume. */
  remove(): void
}

/**
 * Open or start the journal at `path`. One that belongs to something else, or whose files have changed since, is started anew; a
 * last line cut short by a crash is dropped.
 * @param files Everything the results depend on: model, card, folder of the data set.
 * @param pictures Indices of the pictures to score.
 */
export function openJournal<Result>(
  path: string,
  files: readonly string[],
  pictures: readonly number[],
): EvaluationJournal<Result> {
  const { length: count } = pictures
  const chosen = createHash('sha256').update(pictures.join()).digest('hex')
  const header = JSON.stringify({ version: VERSION, count, chosen, files: files.map(identity) })
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  const done = new Map<string, Result>()
  // what stands behind the last line break is cut short
  const complete = lines[0] === header ? lines.slice(1, -1) : []
  for (const line of complete) {
    const { id, result } = JSON.parse(line) as { id: string; result: Result }
    done.set(id, result)
  }
  mkdirSync(dirname(path), { recursive: true })
  saveFileAtomic(path, [header, ...complete, ''].join('\n'))
  return {
    done,
    append: (id, result) => appendFileSync(path, `${JSON.stringify({ id, result })}\n`),
    remove: () => rmSync(path, { force: true }),
  }
}

/** Path, size and time of the last change; a path alone where nothing is there. */
function identity(file: string): object {
  const found = statSync(file, { throwIfNoEntry: false })
  return { file: resolve(file), size: found?.size, mtimeMs: found?.mtimeMs }
}
