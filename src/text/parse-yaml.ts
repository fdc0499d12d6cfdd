/** YAML text to checked data; every mistake is answered with file:line:column, the source line and a caret. */
import { isMap, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml'
import type * as z from 'zod'
import { ConfigError } from '../errors.ts'
import { issueMessage } from './issue-message.ts'
import { withoutConsequences } from './misspelt.ts'
import { syntaxMessage } from './syntax-message.ts'

/** Control characters that no text file holds. */
// oxlint-disable-next-line no-control-regex -- these are what is searched for
const NOT_TEXT = /[\0-\x08\x0e-\x1a]/

/** Longer lines are cut around their mistake. */
const SHOWN_COLUMNS = 100

interface Mistake {
  offset: number
  message: string
}

/** A mistake found after parsing, at the value of a key. */
export interface PlacedMistake {
  path: readonly string[]
  message: string
}

/** A place of the file, as messages show it. */
export interface SourcePlace {
  /** file:line:column */
  where: string
  /** The source line, and a caret under the column. */
  source: string
}

export interface ParsedYaml<Data> {
  data: Data
  /** A ConfigError that shows where in the file the mistakes stand; the first is its message. */
  errorAt(code: `CONFIG_${string}`, mistakes: readonly PlacedMistake[], fix: string): ConfigError
  /** Where a key stands, or the innermost group of the path that exists; for mistakes that only later stages can find. */
  placeOf(path: readonly string[]): SourcePlace
}

/**
 * Parse and check. Throws ConfigError for the first mistake; further ones stand in its detail.
 *
 * @param textKeys keys whose values are text also where YAML sees a number, like hashes of digits alone
 */
export function parseYaml<Schema extends z.ZodType>(
  file: string,
  text: string,
  schema: Schema,
  textKeys: readonly string[] = [],
): z.output<Schema> {
  return parseYamlWithPlaces(file, text, schema, textKeys).data
}

/** Parse and check, for callers that check more than a schema can say. */
export function parseYamlWithPlaces<Schema extends z.ZodType>(
  file: string,
  text: string,
  schema: Schema,
  textKeys: readonly string[] = [],
): ParsedYaml<z.output<Schema>> {
  if (NOT_TEXT.test(text)) {
    throw new ConfigError('CONFIG_NOT_TEXT', 'the file is not text, so it is no YAML', {
      where: file,
      fix: 'give the .yaml file here, not a model or a data file',
    })
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const fail = (code: `CONFIG_${string}`, mistakes: readonly Mistake[], fix: string): ConfigError =>
    configError(code, mistakes, fix, file, text, lines)
  // What follows the first syntax mistake is mostly its consequence.
  const [syntax] = document.errors
  if (syntax) {
    const mistake = { offset: syntax.pos[0], message: syntaxMessage(syntax) }
    throw fail('CONFIG_YAML_SYNTAX', [mistake], 'correct this line')
  }
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    throw new ConfigError('CONFIG_EMPTY', 'the file is empty: it holds no keys', {
      where: file,
      fix: 'check that this is the right file and that it was saved; `openmapper init MODEL.onnx` writes a configuration',
    })
  }
  keepText(document, textKeys)
  const result = schema.safeParse(toData(document, fail))
  if (!result.success) {
    const mistakes = withoutConsequences(result.error.issues).map((issue) => ({
      offset: offsetOf(document, issue),
      message: issueMessage(issue, issue.path.join('.'), issue.path.length === 0 ? '' : document.getIn(issue.path)),
    }))
    throw fail('CONFIG_INVALID', mistakes.sort(byPlace), howToCorrect(mistakes))
  }
  return {
    data: result.data,
    errorAt: (code, mistakes, fix) => {
      const placed = mistakes.map(({ path, message }) => ({ offset: offsetOf(document, { path: [...path] }), message }))
      return fail(code, placed, fix)
    },
    placeOf: (path) => sourcePlace(offsetOf(document, { path: [...path] }), file, text, lines),
  }
}

/** Numbers have neither leading zeros nor so many digits: the text itself is put back. */
function keepText(document: Document, keys: readonly string[]): void {
  if (keys.length === 0) return
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !isScalar(value) || !keys.includes(String(key.value))) return
      if (typeof value.value === 'number' && value.source !== undefined) value.value = value.source
    },
  })
}

/** `*name` without a `&name` before it, or aliases of aliases without end, are found only now. */
function toData(document: Document, fail: (code: 'CONFIG_YAML_SYNTAX', m: Mistake[], fix: string) => Error): unknown {
  try {
    return document.toJS()
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    let offset = 0
    visit(document, {
      Alias(_, alias) {
        offset = alias.range?.[0] ?? 0
        return visit.BREAK
      },
    })
    const mistake = { offset, message: 'a value that begins with * is a reference to a YAML anchor (&)' }
    throw fail('CONFIG_YAML_SYNTAX', [mistake], 'put the value into quotes if it is meant as text')
  }
}

const isMissing = ({ message }: Mistake): boolean => / is missing\b/.test(message)

/** In the order of the file; what is missing stands nowhere, so it comes last. */
function byPlace(a: Mistake, b: Mistake): number {
  return Number(isMissing(a)) - Number(isMissing(b)) || a.offset - b.offset
}

function howToCorrect(mistakes: readonly Mistake[]): string {
  if (mistakes.every(isMissing)) return mistakes.length === 1 ? 'add the key' : `add these ${mistakes.length} keys`
  return mistakes.length === 1 ? 'correct this line' : `correct these ${mistakes.length} places`
}

type Place = Pick<z.core.$ZodIssue, 'path'> | z.core.$ZodIssueUnrecognizedKeys

/** Start of the unknown key, of the wrong value, or of the innermost part of the path that exists. */
function offsetOf(document: Document, issue: Place): number {
  const unknownKey = 'keys' in issue
  const path = unknownKey ? [...issue.path, issue.keys[0]] : issue.path
  for (let depth = path.length; depth > 0; depth--) {
    const parent: unknown = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true)
    const pair = isMap(parent) && parent.items.find(({ key }) => isScalar(key) && key.value === path[depth - 1])
    const isWhole = depth === path.length
    if (pair && isScalar(pair.key) && (!isWhole || unknownKey || !hasValue(pair.value))) {
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
  fix: string,
  file: string,
  text: string,
  lines: LineCounter,
): ConfigError {
  const shown = mistakes.map(({ offset, message }) => ({ ...sourcePlace(offset, file, text, lines), message }))
  const [first, ...others] = shown
  return new ConfigError(code, first.message, {
    where: first.where,
    detail: [first.source, ...others.flatMap(({ where, message, source }) => [`${where} ${message}`, source])].join(
      '\n',
    ),
    fix,
  })
}

function sourcePlace(offset: number, file: string, text: string, lines: LineCounter): SourcePlace {
  const { line, col } = lines.linePos(offset)
  const cut = Math.max(0, col - SHOWN_COLUMNS / 2)
  const source = (text.split(/\r?\n/)[line - 1] ?? '').slice(cut, cut + SHOWN_COLUMNS)
  return { where: `${file}:${line}:${col}`, source: `${source}\n${' '.repeat(Math.max(col - 1 - cut, 0))}^` }
}
