/** JSON schema of the YAML for editors, from the tables of keys. */
import { describe, type KeySpec, type KeyTable } from '../src/config/key-spec.ts'
import { GROUPS } from '../src/config/keys/index.ts'

export interface JsonSchema {
  [keyword: string]: unknown
}

const GROUP_NOTES: Readonly<Record<keyof typeof GROUPS, string>> = {
  model_parameters: 'The model, the target, and where results go.',
  input_parameters: 'What the network is fed with; values of several inputs are separated by ;.',
  calibration_parameters: 'Data and method for thresholds.',
  compiler_parameters: 'For the compiler; read and without effect yet.',
  custom_op: 'Operators of your own; not supported yet.',
}

/** The whole schema. An empty value counts as not set, as it does for the loader. */
export function yamlSchema(): JsonSchema {
  const groups = Object.entries(GROUPS).map(([name, table]) => [name, groupSchema(name as keyof typeof GROUPS, table)])
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'OpenMapper build configuration',
    type: 'object',
    properties: Object.fromEntries(groups),
    required: ['model_parameters', 'input_parameters', 'calibration_parameters'],
    additionalProperties: false,
  }
}

function groupSchema(name: keyof typeof GROUPS, table: KeyTable): JsonSchema {
  const required = Object.keys(table).filter((key) => table[key].default === 'required')
  return {
    type: ['object', 'null'],
    description: GROUP_NOTES[name],
    properties: Object.fromEntries(Object.entries(table).map(([key, spec]) => [key, keySchema(spec)])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  }
}

function keySchema(spec: KeySpec): JsonSchema {
  const value = defaultValue(spec)
  return { description: keyNote(spec), ...(value !== undefined && { default: value }), ...valueSchema(spec) }
}

/** Meaning, form, default and state of a key in words. */
function keyNote(spec: KeySpec): string {
  const state = spec.later === undefined ? '' : ` ${laterNote(spec.later)}`
  return `${spec.note} Takes ${describe(spec)}. Default: ${spec.default}.${state}`
}

/** What "later" means to a reader. */
export function laterNote(later: NonNullable<KeySpec['later']>): string {
  return later === 'warn' ? 'Read, without effect yet.' : 'Not supported yet: refused unless --ignore-unsupported.'
}

function defaultValue({ type, default: text, values }: KeySpec): unknown {
  if (type === 'boolean') return text === 'True'
  if (type === 'number') return Number.isNaN(Number(text)) ? undefined : Number(text)
  return values?.includes(text) ? text : undefined
}

const EMPTY = { enum: ['', null] }

function valueSchema(spec: KeySpec): JsonSchema {
  switch (spec.type) {
    case 'text':
    case 'list':
      return { type: ['string', 'number', 'boolean', 'null'] }
    case 'numbers':
      return { type: ['string', 'number', 'null'] }
    case 'map':
      return { type: ['object', 'string', 'null'] }
    case 'boolean':
      return { anyOf: [{ type: 'boolean' }, { type: 'string', pattern: `^(${oneOf(['true', 'false'])})$` }, EMPTY] }
    case 'number':
      return { anyOf: [numberSchema(spec), { type: 'string', pattern: '^[-+.0-9eE]+$' }, EMPTY] }
    case 'choice':
      return { anyOf: [{ enum: spec.values }, { type: 'string', pattern: `^(${oneOf(spec.values)})$` }, EMPTY] }
    case 'choices': {
      const value = ` *(${oneOf(spec.values)}) *`
      return { anyOf: [{ enum: spec.values }, { type: 'string', pattern: `^${value}(;${value})*;? *$` }, EMPTY] }
    }
  }
}

function numberSchema({ integer, min, max }: KeySpec): JsonSchema {
  return {
    type: integer ? 'integer' : 'number',
    ...(min !== undefined && { minimum: min }),
    ...(max !== undefined && { maximum: max }),
  }
}

/** A pattern for words in any case: the loader ignores it, and the pattern language of JSON schema cannot. */
function oneOf(words: readonly string[] = []): string {
  return words.map((word) => word.replace(/[a-z]/gi, (c) => `[${c.toLowerCase()}${c.toUpperCase()}]`)).join('|')
}
