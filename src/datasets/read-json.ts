/** JSON files of data sets, with the place of what is wrong. */
import { readFileSync } from 'node:fs'
import { datasetError } from './dataset-error.ts'

/** Parse a JSON file. Throws DataError with `file:line:column`; a file that ends too early is called so. */
export function readJson(path: string, fix: string): unknown {
  const text = readFileSync(path, 'utf8')
  try {
    return JSON.parse(text)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    const position = /at position (\d+)/.exec(message)?.[1]
    // Node tells no position where the text ends too early.
    const at = position === undefined ? text.length : Number(position)
    const before = text.slice(0, at).split('\n')
    const isCut = at >= text.trimEnd().length || /unterminated/i.test(message)
    const problem = isCut
      ? `the file ends in the middle, after ${text.length} characters`
      : message.split(' in JSON')[0]
    throw datasetError('DATA_BAD_JSON', `not valid JSON: ${problem}`, {
      where: `${path}:${before.length}:${before.at(-1)!.length + 1}`,
      fix: isCut ? `fetch it again, it is cut short; ${fix}` : fix,
      cause,
    })
  }
}

export type Items = readonly unknown[]

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The list under `key` of a file's content. Throws DataError where there is none. */
export function listOf(content: unknown, key: string, path: string, fix: string): Items {
  const list = isRecord(content) ? content[key] : undefined
  if (Array.isArray(list)) return list
  throw datasetError('DATA_BAD_ANNOTATION', `the file has no list '${key}'`, { where: path, fix })
}
