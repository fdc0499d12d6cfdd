/** One key of the YAML as data: checks, the editor's JSON schema and the documentation come from it. */
import * as z from 'zod'
import { suggestion } from '../text/nearest-name.ts'

export interface KeySpec {
  /**
   * `text`, `number`, `boolean`, one of `values` (`choice`), `;`-separated texts (`list`) or choices (`choices`, one per
   * input), `;`-separated groups of numbers (`numbers`, one group per input), or a YAML map (`map`).
   */
  type: 'text' | 'number' | 'boolean' | 'choice' | 'list' | 'choices' | 'numbers' | 'map'
  values?: readonly string[]
  min?: number
  max?: number
  /** Whole numbers only. */
  integer?: boolean
  /** What holds when the key is absent, in words. */
  default: string
  note: string
  /** The feature comes later: `refuse` where the key would change numbers or placement, `warn` where only speed or files. */
  later?: 'refuse' | 'warn'
  /** What to do meanwhile. */
  instead?: string
}

export type KeyTable = Readonly<Record<string, KeySpec>>

const NOT_SET = new Set<unknown>(['', null, undefined])

/** zod check of the value of one key; an empty string or null counts as not set. */
export function keySchema(key: string, spec: KeySpec): z.ZodType {
  return z.unknown().transform((value, context) => {
    const plain = typeof value === 'string' ? value.trim() : value
    if (NOT_SET.has(plain)) return undefined
    const fail = (message: string): never => {
      context.issues.push({ code: 'custom', input: value, message: `'${key}' ${message}` })
      return z.NEVER
    }
    return convert(spec, plain, fail)
  })
}

function convert(spec: KeySpec, value: unknown, fail: (message: string) => never): unknown {
  if (spec.type === 'map')
    return isMap(value)
      ? value
      : typeof value === 'string'
        ? parseMapText(value)
        : fail('takes a map like {"name": "value"}')
  if (typeof value === 'object')
    return fail(
      `takes ${spec.type === 'list' ? 'values separated by ;' : describe(spec)}, not a YAML ${Array.isArray(value) ? 'list' : 'map'}`,
    )
  // objects were refused above
  const text = `${value as string | number | boolean}`
  switch (spec.type) {
    case 'boolean':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : fail(`takes True or False, not '${text}'`)
    case 'number':
      return toNumber(spec, text, fail)
    case 'choice':
      return oneOf(spec, text, fail)
    case 'choices':
      return splitList(text).map((part) => oneOf(spec, part, fail))
    case 'list':
      return splitList(text)
    case 'numbers':
      return splitList(text).map((part) => toNumbers(part, fail))
    case 'text':
      return text
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `node1:int16;node2:int16`, or a Python-like dict in one string. */
function parseMapText(text: string): Record<string, string> {
  const pairs = text
    .replace(/[{}'"]/g, '')
    .split(/[;,]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  return Object.fromEntries(
    pairs.map((pair) => {
      const colon = pair.lastIndexOf(':')
      return colon < 0 ? [pair, ''] : [pair.slice(0, colon).trim(), pair.slice(colon + 1).trim()]
    }),
  )
}

/** Parts of a `;` list, trimmed; a trailing `;` adds nothing. */
export function splitList(text: string): string[] {
  const parts = text.split(';').map((part) => part.trim())
  if (parts[parts.length - 1] === '') parts.pop()
  return parts
}

function toNumber(spec: KeySpec, text: string, fail: (message: string) => never): number {
  const number = Number(text)
  if (Number.isNaN(number)) return fail(`takes a number, not '${text}'`)
  if (spec.integer && !Number.isInteger(number)) return fail(`takes a whole number, not ${text}`)
  const low = spec.min ?? -Infinity
  const high = spec.max ?? Infinity
  return number >= low && number <= high ? number : fail(`is ${text}, out of its range ${low} to ${high}`)
}

/** Space-separated numbers; `None` for an input without. */
function toNumbers(text: string, fail: (message: string) => never): number[] | undefined {
  if (/^none$/i.test(text)) return undefined
  const numbers = text.split(/[\s,]+/).map(Number)
  return numbers.every((number) => Number.isFinite(number))
    ? numbers
    : fail(`takes numbers separated by spaces, not '${text}'`)
}

function oneOf(spec: KeySpec, text: string, fail: (message: string) => never): string {
  const values = spec.values ?? []
  const exact = values.find((value) => value.toLowerCase() === text.toLowerCase())
  if (exact !== undefined) return exact
  return text === ''
    ? fail('has an empty value: give one per input, separated by ;')
    : fail(`is '${text}': ${suggestion(text, values)}`)
}

/** The kind of value, in words. */
export function describe(spec: KeySpec): string {
  if (spec.type === 'choice') return spec.values!.join(', ')
  if (spec.type === 'choices') return `${spec.values!.join(', ')} (one per input, separated by ;)`
  if (spec.type === 'list') return 'text; text; ...'
  if (spec.type === 'numbers') return 'numbers separated by spaces (one group per input, separated by ;)'
  return spec.type === 'boolean' ? 'True, False' : spec.integer ? 'whole number' : spec.type
}
