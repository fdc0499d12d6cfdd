import { describe, expect, test } from 'vitest'
import { told } from '../../test/support/told.ts'
import { smallModelBytes } from '../../test/support/small-model.ts'
import { missingEnd } from './cut-off.ts'
import { readOnnx } from './read.ts'

const whole = smallModelBytes()

describe('a file that was cut off', () => {
  test('says how many bytes are missing wherever it ends inside the graph', () => {
    for (const length of [whole.length - 20, whole.length >> 1, whole.length >> 2]) {
      const answer = told(() => readOnnx(whole.subarray(0, length), { source: 'net.onnx' }))
      expect(answer).toMatch(/^READ_CUT_OFF\nthe file is cut off: it has (\d+) bytes and should have at least \d+\n/)
    }
  })
  test('that ends before its graph holds none', () => {
    expect(told(() => readOnnx(whole.subarray(0, 2), { source: 'net.onnx' }))).toMatchInlineSnapshot(`
      "READ_NO_GRAPH
      the file is no ONNX model: it holds no graph
      at: net.onnx
      fix: it may be cut off, or a protobuf file of another tool: export or download it again"
    `)
  })
  test('of other content is not said to be cut off', () => {
    const noise = Uint8Array.from({ length: 64 }, (_, i) => (i * 151 + 77) % 256)
    expect(told(() => readOnnx(noise, { source: 'net.onnx' }))).toMatchInlineSnapshot(`
      "READ_NOT_ONNX
      the file cannot be decoded as an ONNX model: it is damaged or something else
      at: net.onnx
      fix: check what the file really is; export or download it again"
    `)
  })
})

describe('missingEnd', () => {
  test('is where the field that does not fit would end', () => {
    expect(missingEnd(Uint8Array.of(0x08, 0x07, 0x3a, 0x10, 1, 2, 3))).toBe(4 + 16)
  })
  test('is undefined for a whole file and for one that does not begin with the IR version', () => {
    expect(missingEnd(whole)).toBeUndefined()
    expect(missingEnd(Uint8Array.of(0x3a, 0x10, 1))).toBeUndefined()
  })
  test('is undefined inside a length that ends with the file', () => {
    expect(missingEnd(Uint8Array.of(0x08, 0x07, 0x3a, 0x90))).toBeUndefined()
  })
})
