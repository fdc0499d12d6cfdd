import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { ConfigError } from '../errors.ts'
import { parseYaml, parseYamlWithPlaces } from './parse-yaml.ts'
import { strictObject } from './strict-object.ts'

const schema = strictObject({
  name: z.string(),
  march: z.enum(['bayes', 'generic']).default('bayes'),
  sizes: z.array(z.int()).optional(),
  part: strictObject({ value: z.number() }).optional(),
})

function failure(text: string): ConfigError {
  try {
    parseYaml('a.yaml', text, schema)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('expected a ConfigError')
}

test('what is right is returned with its defaults', () => {
  expect(parseYaml('a.yaml', 'name: x\nsizes: [1, 2]\n', schema)).toEqual({ name: 'x', march: 'bayes', sizes: [1, 2] })
})

describe('each mistake has its place and its line', () => {
  test.each([
    [
      'unknown key',
      'name: x\nmarhc: bayes\n',
      'a.yaml:2:1',
      "unknown key 'marhc': did you mean 'march'?",
      'marhc: bayes',
    ],
    [
      'unknown inner key',
      'name: x\npart:\n  value: 1\n  valu: 2\n',
      'a.yaml:4:3',
      "did you mean 'value'?",
      '  valu: 2\n  ^',
    ],
    ['wrong value', 'name: x\nmarch: bayess\n', 'a.yaml:2:8', "'march' is 'bayess': did you mean 'bayes'?", '       ^'],
    ['wrong type in a list', 'name: x\nsizes:\n  - 1\n  - two\n', 'a.yaml:4:5', "'sizes.1': expected", '  - two'],
    ['missing key', 'march: bayes\n', 'a.yaml:1:1', "'name' is missing", 'march: bayes'],
    ['missing inner key', 'name: x\npart: {}\n', 'a.yaml:2:1', "'part.value' is missing", 'part: {}'],
    ['no mapping', '- a\n', 'a.yaml:1:1', 'expected lines like key: value', '- a'],
    ['tab', 'name: x\npart:\n\tvalue: 1\n', 'a.yaml:3:1', 'begins with a tab', '\tvalue: 1'],
    ['twice', 'name: x\nname: y\n', 'a.yaml:2:1', 'stands twice', 'name: y'],
  ])('%s', (_, text, where, message, line) => {
    const error = failure(text)
    expect(error.where).toBe(where)
    expect(error.message).toContain(message)
    expect(error.detail).toContain(line)
  })
})

test('all mistakes are told, but not what is missing because a key is misspelt', () => {
  const error = failure('nam: x\nmarch: horizon\n')
  expect(error.message).toBe("unknown key 'nam': did you mean 'name'?")
  expect(error.detail).toContain("a.yaml:2:8 'march' is 'horizon': known are bayes, generic")
  expect(error.detail).not.toContain('missing')
  expect(error.fix).toBe('correct these 2 places')
})

test('what is missing beside an unlike unknown key is told, after it', () => {
  const error = failure('colour: x\n')
  expect(error.message).toContain("unknown key 'colour'")
  expect(error.detail).toContain("'name' is missing")
})

test('a colon that is missing', () => {
  expect(failure('name: x\nmarch bayes\npart:\n  value: 1\n').message).toMatch(/expected key: value/)
})

test('keys can be placed later, missing ones at their group', () => {
  const { placeOf } = parseYamlWithPlaces('a.yaml', 'name: x\npart:\n  value: 1\n', schema)
  expect(placeOf(['part', 'value'])).toEqual({ where: 'a.yaml:3:10', source: '  value: 1\n         ^' })
  expect(placeOf(['part', 'other']).where).toBe('a.yaml:2:1')
})
