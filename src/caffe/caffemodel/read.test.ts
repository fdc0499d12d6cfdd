/** Every generation of files and every form of weights gives the same numbers. */
import { describe, expect, test } from 'vitest'
import { caffemodelBytes, type Form, type WrittenLayer } from '../../../test/support/caffemodel.ts'
import { readCaffemodel } from './read.ts'

// numbers that half floats hold exactly
const VALUES = [0, 1, -2, 0.5, 1.25, -0.0625]
const LAYERS: WrittenLayer[] = [
  {
    name: 'fc',
    type: 'InnerProduct',
    blobs: [
      { shape: [2, 3], values: VALUES },
      { shape: [2], values: [3, -4] },
    ],
  },
  { name: 'relu', type: 'ReLU', blobs: [] },
]

const forms: Form[] = (['today', 'V1', 'V0'] as const).flatMap((generation) =>
  (['packed', 'single', 'double', 'half'] as const).flatMap((data) =>
    (['dims', 'legacy'] as const).map((shape) => ({ generation, data, shape })),
  ),
)

describe('forms', () => {
  test.each(forms)('$generation, $data, $shape', (form) => {
    const layers = readCaffemodel(caffemodelBytes(LAYERS, form), 'net.caffemodel')
    // layers without blobs have no weights
    expect(layers.map(({ name }) => name)).toEqual(['fc'])
    const [{ blobs }] = layers
    expect(blobs.map(({ tensor }) => [...tensor.floats()])).toEqual([VALUES, [3, -4]])
    const shapes =
      form.shape === 'dims'
        ? [[2, 3], [2]]
        : [
            [1, 1, 2, 3],
            [1, 1, 1, 2],
          ]
    expect(blobs.map(({ tensor }) => tensor.shape)).toEqual(shapes)
  })
})

test('packed weights are views on the file', () => {
  const bytes = caffemodelBytes(LAYERS)
  const [{ blobs }] = readCaffemodel(bytes, 'net.caffemodel')
  expect(blobs.every(({ tensor }) => tensor.bytes.buffer === bytes.buffer)).toBe(true)
})

test('a packed field in two pieces, as writers may split it', () => {
  const one = caffemodelBytes([{ name: 'a', blobs: [{ shape: [4], values: [1, 2, 3, 4] }] }])
  // the field of 16 bytes (2a 10 ...) becomes two of 8 bytes, and the lengths around it grow by 2
  const at = one.findIndex((byte, i) => byte === 0x2a && one[i + 1] === 16)
  const split = Uint8Array.from([
    ...one.slice(0, at),
    0x2a,
    8,
    ...one.slice(at + 2, at + 10),
    0x2a,
    8,
    ...one.slice(at + 10),
  ])
  const grown = (tag: number[]): void => {
    const start = split.findIndex((_, i) => tag.every((byte, k) => split[i + k] === byte))
    split[start + tag.length] += 2
  }
  grown([0xa2, 0x06])
  grown([0x3a])
  const [{ blobs }] = readCaffemodel(split, 'net.caffemodel')
  expect([...blobs[0].tensor.floats()]).toEqual([1, 2, 3, 4])
})

test('a blob without a shape is a list', () => {
  const bytes = Uint8Array.of(0xa2, 6, 14, 0x0a, 1, 0x61, 0x3a, 9, 0x2a, 4, 0, 0, 0x80, 0x3f, 0x20, 1, 0)
  const whole = bytes.subarray(0, 14)
  whole[2] = 11
  whole[7] = 6
  const [{ name, blobs }] = readCaffemodel(whole, 'net.caffemodel')
  expect([name, blobs[0].tensor.shape, [...blobs[0].tensor.floats()]]).toEqual(['a', [1], [1]])
})
