/**
 * Typed reading of messages: a table of fields says names, types and defaults, and the answer is a plain object.
 *
 *     const FIELDS = { num_output: uint(), bias_term: bool(true), pad: uints(), pool: choice(['MAX', 'AVE'], 'MAX') }
 *     readFields(message, FIELDS, source, warn)   // { num_output: number | undefined, bias_term: boolean, pad: number[], ... }
 */
import { nearestName, suggestion } from '../../text/nearest-name.ts'
import { type TextField, TextMessage } from './message.ts'
import type { TextSource } from './source.ts'

/** Says what in the file is odd but harmless. */
export type Warn = (message: string) => void

interface Reading {
  source: TextSource
  warn: Warn
}

export interface Field<T> {
  /** Value of the field, given all its occurrences (none where it is absent). Throws ReadError READ_PROTOTXT_VALUE. */
  read(occurrences: readonly TextField[], reading: Reading): T
}

export type Fields = Readonly<Record<string, Field<unknown>>>
/** What reading a table of fields gives. */
export type Values<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }

type Parse<T> = (field: TextField, reading: Reading) => T

/** Read a message (an absent one has every default). Unknown fields are kept by the tree, and told through `warn`. */
export function readFields<F extends Fields>(
  message: TextMessage | undefined,
  fields: F,
  source: TextSource,
  warn: Warn,
): Values<F> {
  const known = new Set(Object.keys(fields))
  for (const field of message?.fields ?? []) {
    if (known.has(field.name)) continue
    const near = nearestName(field.name, known)
    const meant = near === undefined ? '' : ` (did you mean '${near}'?)`
    warn(`${source.where(field.at)} the field '${field.name}' is not known here${meant} and is ignored`)
  }
  const values = Object.entries(fields).map(([name, field]) => [
    name,
    field.read(message?.all(name) ?? [], { source, warn }),
  ])
  return Object.fromEntries(values) as Values<F>
}

function optional<T>(parse: Parse<T>): { (): Field<T | undefined>; (fallback: T): Field<T> } {
  return (fallback?: T): Field<T> => ({
    read(occurrences, reading) {
      if (occurrences.length > 1) {
        const [first, second] = occurrences
        throw reading.source.error('READ_PROTOTXT_VALUE', `'${second.name}' may stand here once only`, second.at, {
          fix: `keep one of them; the first is in line ${reading.source.line(first.at)}`,
        })
      }
      return occurrences.length === 0 ? (fallback as T) : parse(occurrences[0], reading)
    },
  })
}

function repeated<T>(parse: Parse<T>): () => Field<readonly T[]> {
  return () => ({ read: (occurrences, reading) => occurrences.map((field) => parse(field, reading)) })
}

function wrong(
  field: TextField,
  { source }: Reading,
  wanted: string,
  fix = `write ${field.name}: followed by ${wanted}`,
): never {
  const found =
    field.value.kind === 'message'
      ? 'a message'
      : field.value.kind === 'string'
        ? JSON.stringify(field.value.text)
        : field.value.text
  throw source.error('READ_PROTOTXT_VALUE', `'${field.name}' is ${found}; expected ${wanted}`, field.value.at, { fix })
}

const whole =
  (low: number, high: number, wanted: string): Parse<number> =>
  (field, reading) => {
    const { value } = field
    const number = value.kind === 'number' ? wholeNumber(value.text) : NaN
    if (!(Number.isInteger(number) && number >= low && number <= high)) wrong(field, reading, wanted)
    return number
  }

/** Decimal, hexadecimal or (leading 0) octal. */
function wholeNumber(text: string): number {
  const digits = text.replace(/^-/, '')
  if (!/^(0[xX][0-9a-fA-F]+|\d+)$/.test(digits)) return NaN
  const size = /^0[0-7]+$/.test(digits) ? parseInt(digits, 8) : Number(digits)
  return text.startsWith('-') ? -size : size
}

const parseInt32 = whole(-(2 ** 31), 2 ** 31 - 1, 'a whole number')
const parseUint32 = whole(0, 2 ** 32 - 1, 'a whole number of at least 0')
const parseInt64 = whole(-(2 ** 53), 2 ** 53, 'a whole number')

const parseFloat32: Parse<number> = (field, reading) => {
  const { value } = field
  if (value.kind === 'number') {
    return /^-?0[xX]/.test(value.text) ? wholeNumber(value.text) : Number(value.text.replace(/[fF]$/, ''))
  }
  const word = value.kind === 'word' ? value.text.toLowerCase() : ''
  const special = { inf: Infinity, infinity: Infinity, '-inf': -Infinity, '-infinity': -Infinity, nan: NaN }[word]
  return special ?? wrong(field, reading, 'a number')
}

const parseBool: Parse<boolean> = (field, reading) => {
  const text = field.value.kind === 'message' || field.value.kind === 'string' ? '' : field.value.text
  if (/^(true|True|t|1)$/.test(text)) return true
  if (/^(false|False|f|0)$/.test(text)) return false
  return wrong(field, reading, 'true or false')
}

const parseText: Parse<string> = (field, reading) =>
  field.value.kind === 'string' ? field.value.text : wrong(field, reading, 'text in quotes')

/** int32 */
export const int = optional(parseInt32)
export const ints = repeated(parseInt32)
/** uint32 */
export const uint = optional(parseUint32)
export const uints = repeated(parseUint32)
/** int64, as dimensions of shapes are. */
export const longs = repeated(parseInt64)
export const float = optional(parseFloat32)
export const floats = repeated(parseFloat32)
export const bool = optional(parseBool)
export const text = optional(parseText)
export const texts = repeated(parseText)

/**
 * An enum whose values have the numbers `numbers` (0, 1, 2... where not given); files write the name or the number.
 */
export function choice<const N extends string, D extends N | undefined>(
  names: readonly N[],
  fallback: D,
  numbers: readonly number[] = names.map((_, i) => i),
): Field<N | (D extends undefined ? undefined : never)> {
  const parse: Parse<N> = (field, reading) => {
    const { value } = field
    const name = value.kind === 'number' ? names[numbers.indexOf(wholeNumber(value.text))] : undefined
    const found = name ?? (value.kind === 'word' ? names.find((known) => known === value.text) : undefined)
    const given = value.kind === 'message' ? '' : value.text
    return found ?? wrong(field, reading, `one of ${names.join(', ')}`, suggestion(given, names))
  }
  const field: Field<N | undefined> = optional(parse)(fallback as N)
  return field as Field<N | (D extends undefined ? undefined : never)>
}

/** A message; undefined where it is absent. */
export function message<F extends Fields>(fields: F): Field<Values<F> | undefined> {
  return optional(parseMessage(fields))()
}

export function messages<F extends Fields>(fields: F): Field<readonly Values<F>[]> {
  return repeated(parseMessage(fields))()
}

function parseMessage<F extends Fields>(fields: F): Parse<Values<F>> {
  return (field, reading) =>
    field.value instanceof TextMessage
      ? readFields(field.value, fields, reading.source, reading.warn)
      : wrong(field, reading, `a message in { }`)
}

/** A field that is known and changes nothing in a trained network. */
export const ignored: Field<undefined> = { read: () => undefined }

/** `BlobShape`. */
export const SHAPE_FIELDS = { dim: longs() }
