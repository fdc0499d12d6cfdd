/** What is made from the tables of keys and from the cards is committed, and says what the loaders do. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadCard } from '../../src/cards/load.ts'
import { cardPaths } from '../../src/cards/zoo.ts'
import { keySchema, type KeySpec } from '../../src/config/key-spec.ts'
import { GROUPS } from '../../src/config/keys/index.ts'
import { generatedFiles } from '../../tools/generated-files.ts'
import { type JsonSchema, yamlSchema } from '../../tools/yaml-schema.ts'
import { SCRIPTS } from '../../tools/zoo-scripts.ts'
import { projectRoot } from '../support/shared-data.ts'

test.each([...generatedFiles()])('%s is what `npm run generate` writes', (path, content) => {
  expect(readFileSync(join(projectRoot, path), 'utf8')).toBe(content)
})

describe('every sample of the zoo has the same scripts', () => {
  test.each(cardPaths())('%s', (path) => {
    const folder = dirname(loadCard(path).config)
    const scripts = readdirSync(folder).filter((name) => /^\d\d_.*\.sh$/.test(name))
    expect(scripts).toEqual(Object.keys(SCRIPTS))
    for (const name of scripts) expect(statSync(join(folder, name)).mode & 0o111).toBe(0o111)
  })
})

describe('the schema accepts and refuses what the loader does', () => {
  const keys = Object.entries(GROUPS).flatMap(([group, table]) =>
    Object.entries<KeySpec>(table).map(([key, spec]) => ({ group, key, spec })),
  )
  const values = [
    '',
    null,
    true,
    'True',
    'FALSE',
    1,
    0.5,
    '1',
    'nchw; NHWC',
    'Bayes',
    'bayess',
    'x',
    [1],
    { a: 'b' },
    'kl',
  ]
  test.each(keys)('$key', ({ group, key, spec }) => {
    const groups = yamlSchema()['properties'] as Record<string, { properties: Record<string, JsonSchema> }>
    const schema = groups[group].properties[key]
    for (const value of values) {
      // Words inside maps and number lists are beyond a JSON schema.
      if (spec.type === 'map' || spec.type === 'numbers') continue
      const accepted = keySchema(key, spec).safeParse(value).success
      expect({ value, accepted: matches(schema, value) }).toEqual({ value, accepted })
    }
  })
})

/** The keywords our schema uses. */
function matches(schema: JsonSchema, value: unknown): boolean {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  const types = [schema['type'] ?? []].flat() as string[]
  const isType = types.includes(kind) || (types.includes('integer') && Number.isInteger(value))
  if (types.length > 0 && !isType) return false
  if (Array.isArray(schema['enum']) && !schema['enum'].includes(value)) return false
  if (typeof schema['pattern'] === 'string' && !new RegExp(schema['pattern']).test(String(value))) return false
  if (typeof value === 'number' && value < Number(schema['minimum'] ?? -Infinity)) return false
  if (typeof value === 'number' && value > Number(schema['maximum'] ?? Infinity)) return false
  const anyOf = schema['anyOf'] as JsonSchema[] | undefined
  return anyOf === undefined || anyOf.some((one) => matches(one, value))
}
