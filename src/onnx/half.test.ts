/** Element types, against files and numbers that numpy and onnx made (test/golden/onnx/make_onnx.py). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runBytes } from '../../test/support/at-opset.ts'
import { projectRoot } from '../../test/support/shared-data.ts'
import { Graph } from '../ir/graph.ts'
import { int } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { castToFloat32, halfToFloat } from './half.ts'
import { readOnnx } from './read.ts'
import { writeOnnx } from './write.ts'

const golden = (name: string): Uint8Array => readFileSync(join(projectRoot, 'test/golden/onnx', name))
const words = JSON.parse(golden('words.json').toString()) as Record<
  'float16' | 'bfloat16',
  { words: number[]; values: string[] }
>

/** float16 word of a number that float16 holds exactly. */
function toHalf(value: number): number {
  for (let word = 0; word < 0x10000; word++) if (halfToFloat(word) === value) return word
  throw new RangeError(`${value} is no float16`)
}

describe('half floats become float32', () => {
  test.each(['float16', 'bfloat16'] as const)('every kind of %s, as numpy reads it', (dtype) => {
    const { words: bits, values } = words[dtype]
    const graph = new Graph('g')
    graph.setConstant('k', Tensor.of(dtype, [bits.length], Uint16Array.from(bits)))
    expect(castToFloat32(graph)).toBe(true)
    const expected = values.map((text) => Math.fround(Number(text.replace('inf', 'Infinity'))))
    expect([...graph.constant('k')!.floats()]).toEqual(expected)
  })
  test('attributes that choose an element type', () => {
    const graph = new Graph('g')
    const node = graph.addNode({
      name: 'eye',
      opType: 'EyeLike',
      inputs: ['x'],
      outputs: ['y'],
      attributes: { dtype: int(10) },
    })
    castToFloat32(graph)
    expect(node.int('dtype', 0)).toBe(1)
    node.attributes.set('dtype', int(7))
    expect(castToFloat32(graph)).toBe(false)
    expect(node.int('dtype', 0)).toBe(7)
  })
  test('not a number', () => {
    expect(halfToFloat(0x7e00)).toBeNaN()
  })

  test('a float16 network computes the same in float32', async () => {
    const bytes = golden('half.onnx')
    const model = readOnnx(bytes, { source: 'half.onnx' })
    const values = Array.from({ length: 50 }, (_, i) => (((i * 37) % 64) - 32) / 32)
    const half = Tensor.of('float16', [1, 2, 5, 5], Uint16Array.from(values, toHalf))
    const expected = (await runBytes(bytes, new Map([['x', half]]))).get('y')!
    const actual = (await runBytes(writeOnnx(model), new Map([['x', Tensor.float32([1, 2, 5, 5], values)]]))).get('y')!
    expect(expected.dtype).toBe('float16')
    expect(actual.dtype).toBe('float32')
    const own = actual.numbers()
    for (const [i, word] of expected.numbers().entries()) {
      // float16 has 11 bits, and the sum of 18 products was rounded to them
      expect(Math.abs(own[i] - halfToFloat(word))).toBeLessThan(0.01)
    }
    expect(new Set(own).size).toBeGreaterThan(10)
    const floats = [...model.graph.constants.values()].map((tensor) => tensor.dtype)
    expect(new Set(floats)).toEqual(new Set(['float32', 'int64']))
  })
})

test('every element type is read from its own field and from raw data alike', async () => {
  const bytes = golden('fields.onnx')
  const model = readOnnx(bytes, { source: 'fields.onnx' })
  for (const [name, tensor] of model.graph.constants) {
    if (!name.endsWith('_typed')) continue
    const raw = model.graph.constant(name.replace('_typed', '_raw'))!
    expect([tensor.dtype, ...tensor.bytes]).toEqual([raw.dtype, ...raw.bytes])
  }
  const expected = await runBytes(bytes, new Map())
  const actual = await runBytes(writeOnnx(model), new Map())
  expect(actual.size).toBe(22)
  for (const [name, tensor] of expected) {
    // double becomes float; everything else is equal to the bit
    const own = actual.get(name)!
    expect(own.numbers()).toEqual(tensor.numbers())
    expect(own.dtype).toBe(tensor.dtype === 'float64' ? 'float32' : tensor.dtype)
  }
})
