/** YAML text to checked data; every mistake is answered with file:line:column, the source line and a caret. */
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import type * as z from 'zod'
import { ConfigError } from '../errors.ts'

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
  const mistakes = result.error.issues.map((issue) => ({ offset: offsetOf(document, issue), message: messageOf(issue) }))
  throw configError('CONFIG_INVALID', mistakes.sort((a, b) => a.offset - b.offset), file, text, lines)
}

function messageOf(issue: z.core.$ZodIssue): string {
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  if (isMissing) return `'${issue.path.join('.')}' is missing (${issue.expected})`
  return issue.code === 'unrecognized_keys' ? issue.message : `${issue.path.join('.')}: ${issue.message}`
}

/** Start of the unknown key, of the wrong value, or of the innermost part of the path that exists. */
function offsetOf(document: Document, issue: z.core.$ZodIssue): number {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path
  for (let depth = path.length; depth > 0; depth--) {
    const parent: unknown = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true)
    const pair = isMap(parent) && parent.items.find(({ key }) => isScalar(key) && key.value === path[depth - 1])
    const isWhole = depth === path.length
    if (pair && isScalar(pair.key) && (!isWhole || issue.code === 'unrecognized_keys' || !isScalar(pair.value))) {
      return pair.key.range?.[0] ?? 0
    }
    const node: unknown = document.getIn(path.slice(0, depth), true)
    if (hasRange(node)) return node.range[0]
  }
  return 0
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
  return new ConfigError(code, first!.message, {
    where: first!.where,
    detail: [first!.source, ...others.flatMap(({ where, message, source }) => [`${where} ${message}`, source])].join('\n'),
    fix: mistakes.length === 1 ? 'correct this line' : `correct these ${mistakes.length} lines`,
  })
}
