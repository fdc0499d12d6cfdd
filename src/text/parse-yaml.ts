/** YAML text to checked data; every mistake is answered with file:line:column, the source line and a caret. */
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import type * as z from 'zod'
import { ConfigError } from '../errors.ts'
import { issueMessage } from './issue-message.ts'

interface Mistake {
  offset: number
  message: string
}

/** Parse and check. Throws ConfigError for the first mistake; further ones stand in its detail. */
export function parseYaml<Schema extends z.ZodType>(file: string, text: string, schema: Schema): z.output<Schema> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const syntax = document.errors.map((error) => ({ offset: error.pos[0], message: error.message }))
  if (syntax.length > 0) throw configError('CONFIG_YAML_SYNTAX', syntax, file, text, lines)
  const result = schema.safeParse(document.toJS())
  if (result.success) return result.data
  const mistakes = result.error.issues.map((issue) => ({
    offset: offsetOf(document, issue),
    message: issueMessage(issue, issue.path.join('.'), issue.path.length === 0 ? '' : document.getIn(issue.path)),
  }))
  throw configError('CONFIG_INVALID', mistakes.sort(byPlace), file, text, lines)
}

/** In the order of the file; an unknown key comes before what is missing because of it. */
function byPlace(a: Mistake, b: Mistake): number {
  return Number(a.message.endsWith('is missing')) - Number(b.message.endsWith('is missing')) || a.offset - b.offset
}

/** Start of the unknown key, of the wrong value, or of the innermost part of the path that exists. */
function offsetOf(document: Document, issue: z.core.$ZodIssue): number {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path
  for (let depth = path.length; depth > 0; depth--) {
    const parent: unknown = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true)
    const pair = isMap(parent) && parent.items.find(({ key }) => isScalar(key) && key.value === path[depth - 1])
    const isWhole = depth === path.length
    if (pair && isScalar(pair.key) && (!isWhole || issue.code === 'unrecognized_keys' || !hasValue(pair.value))) {
      return pair.key.range?.[0] ?? 0
    }
    const node: unknown = document.getIn(path.slice(0, depth), true)
    if (hasRange(node)) return node.range[0]
  }
  return 0
}

function hasValue(node: unknown): boolean {
  return isScalar(node) && node.value !== null
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
}

function configError(
  code: `CONFIG_${string}`,
  mistakes: readonly Mistake[],
  file: string,
  text: string,
  lines: LineCounter,
): ConfigError {
  const shown = mistakes.map(({ offset, message }) => {
    const { line, col } = lines.linePos(offset)
    const source = text.split(/\r?\n/)[line - 1] ?? ''
    return { where: `${file}:${line}:${col}`, message, source: `${source}\n${' '.repeat(Math.max(col - 1, 0))}^` }
  })
  const [first, ...others] = shown
  return new ConfigError(code, first.message, {
    where: first.where,
    detail: [first.source, ...others.flatMap(({ where, message, source }) => [`${where} ${message}`, source])].join(
      '\n',
    ),
    fix: mistakes.length === 1 ? 'correct this line' : `correct these ${mistakes.length} lines`,
  })
}
