/** Everything protobuf's text format allows. */
import { describe, expect, test } from 'vitest'
import { type TextField, TextMessage } from './message.ts'
import { parsePrototxt } from './parse.ts'
import { TextSource } from './source.ts'

const parse = (text: string): TextMessage => parsePrototxt(new TextSource('net.prototxt', text))

/** The tree without its places. */
function plain({ fields }: TextMessage): unknown[] {
  return fields.map(({ name, value }) => [
    name,
    value instanceof TextMessage ? plain(value) : `${value.kind} ${value.text}`,
  ])
}

describe('forms of the text', () => {
  test.each<[string, string, unknown[]]>([
    [
      'a number, a word, a text',
      'a: 1 b: MAX c: "x"',
      [
        ['a', 'number 1'],
        ['b', 'word MAX'],
        ['c', 'string x'],
      ],
    ],
    ['no colon before a message', 'a { b: 1 }', [['a', [['b', 'number 1']]]]],
    ['a colon before a message', 'a: { b: 1 }', [['a', [['b', 'number 1']]]]],
    ['angle brackets', 'a < b: 1 >', [['a', [['b', 'number 1']]]]],
    ['an empty message', 'a {}', [['a', []]]],
    [
      'commas and semicolons',
      'a: 1, b: 2; c { d: 3, }',
      [
        ['a', 'number 1'],
        ['b', 'number 2'],
        ['c', [['d', 'number 3']]],
      ],
    ],
    [
      'a list',
      'a: [1, 2, 3]',
      [
        ['a', 'number 1'],
        ['a', 'number 2'],
        ['a', 'number 3'],
      ],
    ],
    ['an empty list', 'a: []', []],
    [
      'a list of messages',
      'a [{ b: 1 }, < b: 2 >]',
      [
        ['a', [['b', 'number 1']]],
        ['a', [['b', 'number 2']]],
      ],
    ],
    [
      'repeated fields in their order',
      'a: 2 b: 0 a: 1',
      [
        ['a', 'number 2'],
        ['b', 'number 0'],
        ['a', 'number 1'],
      ],
    ],
    ['comments, also at the end without a line break', '# one\na: 1 # two { "\n# three', [['a', 'number 1']]],
    [
      'lines of Windows and a byte order mark',
      '\ufeffa: 1\r\nb: 2\r\n',
      [
        ['a', 'number 1'],
        ['b', 'number 2'],
      ],
    ],
    [
      'signs',
      'a: -1 b: - 2.5 c: -inf',
      [
        ['a', 'number -1'],
        ['b', 'number -2.5'],
        ['c', 'word -inf'],
      ],
    ],
    [
      'forms of numbers',
      'a: .5 b: 1. c: 1e-5 d: 0x1F e: 2.f',
      [
        ['a', 'number .5'],
        ['b', 'number 1.'],
        ['c', 'number 1e-5'],
        ['d', 'number 0x1F'],
        ['e', 'number 2.f'],
      ],
    ],
    [
      'both quotes',
      `a: 'x"y' b: "x'y"`,
      [
        ['a', 'string x"y'],
        ['b', "string x'y"],
      ],
    ],
    ['texts behind each other', `a: "con" 'v' "1"`, [['a', 'string conv1']]],
    ['escapes', String.raw`a: "\"\\\n\t\x41\101\u00e9\?"`, [['a', 'string "\\\n\tAA\u00e9?']]],
    ['bytes of UTF-8 as escapes', String.raw`a: "\xe5\xb1\x82"`, [['a', 'string \u5c42']]],
    [
      'fields nobody knows',
      'my_param { x { y: [1] } } [a.b/c]: 2',
      [
        ['my_param', [['x', [['y', 'number 1']]]]],
        ['[a.b/c]', 'number 2'],
      ],
    ],
  ])('%s', (_, text, tree) => expect(plain(parse(text))).toEqual(tree))
})

test('every field and value knows its line and column', () => {
  const text = 'a: 1\nlayer {\n  name: "x"\n}\n'
  const source = new TextSource('net.prototxt', text)
  const [a, layer] = parsePrototxt(source).fields
  const [name] = (layer.value as TextMessage).fields
  const places = (field: TextField): string[] => [source.where(field.at), source.where(field.value.at)]
  expect(places(a)).toEqual(['net.prototxt:1:1', 'net.prototxt:1:4'])
  expect(places(layer)).toEqual(['net.prototxt:2:1', 'net.prototxt:2:7'])
  expect(places(name)).toEqual(['net.prototxt:3:3', 'net.prototxt:3:9'])
})

test('as deep as protobuf reads, and no deeper', () => {
  const nested = (depth: number): string => 'a{'.repeat(depth) + '}'.repeat(depth)
  expect(() => parse(nested(100))).not.toThrow()
  expect(() => parse(nested(101))).toThrow(/nested more than 100 deep/)
})
