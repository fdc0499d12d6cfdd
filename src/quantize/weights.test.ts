import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Tensor } from '../ir/tensor.ts'
import { quantizeBias, quantizeWeight, roundHalfEven, weightScales, weightThresholds } from './weights.ts'

describe('roundHalfEven', () => {
  test.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, 0],
    [-1.5, -2],
    [-2.5, -2],
    [2.4999, 2],
    [-2.6, -3],
  ])('%d -> %d', (value, expected) => {
    expect(roundHalfEven(value) + 0).toBe(expected)
  })
})

describe('weights', () => {
  test('one threshold per channel; a channel of zeros gets scale 1', () => {
    const weight = Tensor.float32([3, 2], [0.5, -2, 0, 0, 127, 1])
    const thresholds = weightThresholds(weight, 0, undefined, 1)
    expect([...thresholds]).toEqual([2, 127, 127])
    expect(weightScales(thresholds)[1]).toBe(1)
    expect([...(quantizeWeight(weight, 0, weightScales(thresholds), 0).data as Int8Array)]).toEqual([
      32, -127, 0, 0, 127, 1,
    ])
  })

  test('uint8 codes are the int8 codes plus 128, on any axis', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ minLength: 24, maxLength: 24, noNaN: true, noDefaultInfinity: true, min: -5, max: 5 }),
        fc.integer({ min: 0, max: 2 }),
        (values, axis) => {
          const weight = Tensor.float32([2, 3, 4], values)
          const scales = weightScales(weightThresholds(weight, axis, undefined, 1))
          const signed = quantizeWeight(weight, axis, scales, 0).numbers()
          expect(quantizeWeight(weight, axis, scales, 128).numbers()).toEqual(signed.map((code) => code + 128))
          expect(signed.every((code) => code >= -127 && code <= 127)).toBe(true)
          const strides = [12, 4, 1]
          for (const [k, code] of signed.entries()) {
            const channel = Math.floor(k / strides[axis]) % [2, 3, 4][axis]
            expect(Math.abs(code * scales[channel] - values[k])).toBeLessThanOrEqual(scales[channel] * 0.5001)
          }
        },
      ),
    )
  })

  test('bias codes count steps of s_x * s_w, halves to even', () => {
    // steps of 0.5 * 0.25 = 0.125: 1 -> 8, -2.5 -> -20, 0.0625 -> 0.5 -> 0, 0.1875 -> 1.5 -> 2
    const { codes, scales } = quantizeBias(
      Float32Array.of(1, -2.5, 0.0625, 0.1875),
      0.5,
      new Float32Array(4).fill(0.25),
    )
    expect([...codes]).toEqual([8, -20, 0, 2])
    expect([...scales]).toEqual([0.125, 0.125, 0.125, 0.125])
  })

  test('ConvTranspose with groups: the channels of every group share the scales of the first', () => {
    // weight [inputs, outputs / group] = [2, 2] with maxima 127 and 254; two groups make four outputs
    const weight = Tensor.float32([2, 2], [127, -254, 10, 20])
    const scales = weightScales(weightThresholds(weight, 1, new Float32Array(4), 1))
    expect([...scales]).toEqual([1, 2])
    expect([...quantizeBias(Float32Array.of(4, 4, 8, 8), 1, scales).codes]).toEqual([4, 2, 8, 4])
    expect(quantizeWeight(weight, 1, scales, 0).numbers()).toEqual([127, -127, 10, 10])
  })

  test('a bias too large for int32 widens its channel until it fits', () => {
    const weight = Tensor.float32([2, 1], [1e-6, 1])
    const bias = Float32Array.of(1000, 1000)
    const thresholds = weightThresholds(weight, 0, bias, 1e-4)
    expect(thresholds[1]).toBe(1)
    expect(thresholds[0]).toBeGreaterThan(1e-6)
    const { codes, scales } = quantizeBias(bias, 1e-4, weightScales(thresholds))
    expect(codes[0]).toBeLessThan(2 ** 31)
    expect(Math.abs(codes[0] * scales[0] - 1000)).toBeLessThan(0.001)
  })
})
