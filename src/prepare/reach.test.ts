import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resolvedInput } from '../../test/support/resolved-input.ts'
import type { ResolvedInput } from '../config/types.ts'
import { preprocessCoefficients } from './coefficients.ts'
import { magnitudeOf } from '../quantize/plan.ts'
import { preprocessRange } from './reach.ts'

/** What HzPreprocess answers for one pixel. */
function preprocess(input: ResolvedInput, pixel: readonly number[]): number[] {
  const { channels, weight, bias } = preprocessCoefficients(input)
  return Array.from(bias, (offset, c) =>
    pixel.reduce((sum, value, k) => sum + value * weight[c * channels + k], offset),
  )
}

describe('known reaches', () => {
  test('rgb 0..1 reaches 1', () => {
    expect(preprocessRange(resolvedInput({ scale: [1 / 255] }))).toEqual({ min: 0, max: expect.closeTo(1, 12) })
  })

  test('no_preprocess reaches 255', () => {
    expect(magnitudeOf(preprocessRange(resolvedInput()))).toBe(255)
  })

  test('nv12 goes out of gamut: 255 + 1.772 * 127 in blue', () => {
    const reach = preprocessRange(resolvedInput({ typeRt: 'nv12', scale: [1 / 255] }))
    expect(reach.max).toBeCloseTo((255 + 1.772 * 127) / 255, 12)
    expect(reach.min).toBeCloseTo((-1.772 * 128) / 255, 12)
  })

  test('bt601_video: 1.164 * (239) + 2.018 * 127', () => {
    const reach = preprocessRange(resolvedInput({ typeRt: 'nv12', spaceAndRange: 'bt601_video' }))
    expect(reach.max).toBeCloseTo(1.164 * 239 + 2.018 * 127, 9)
    expect(reach.min).toBeCloseTo(1.164 * -16 - 2.018 * 128, 9)
  })

  test('a featuremap has no 128 in its bias', () => {
    const input = resolvedInput({ typeTrain: 'featuremap', typeRt: 'featuremap', mean: [10, 20, 30], scale: [2] })
    expect([...preprocessCoefficients(input).bias]).toEqual([-20, -40, -60])
  })
})

test('no pixel passes the range, and one reaches each end', () => {
  const numbers = fc.array(fc.double({ min: -300, max: 300, noNaN: true }), { minLength: 3, maxLength: 3 })
  const inputs = fc.record({
    typeTrain: fc.constantFrom('rgb', 'bgr', 'yuv444'),
    typeRt: fc.constantFrom('nv12', 'yuv444'),
    spaceAndRange: fc.constantFrom('regular', 'bt601_video'),
    mean: numbers,
    scale: numbers,
  })
  const channel = fc.integer({ min: -128, max: 127 })
  fc.assert(
    fc.property(inputs, fc.array(fc.tuple(channel, channel, channel), { minLength: 20 }), (fields, pixels) => {
      const input = resolvedInput(fields)
      const range = preprocessRange(input)
      const { min, max } = range
      const slack = 1e-9 * magnitudeOf(range)
      const inside = pixels.flatMap((pixel) => preprocess(input, pixel))
      expect(Math.min(...inside)).toBeGreaterThanOrEqual(min - slack)
      expect(Math.max(...inside)).toBeLessThanOrEqual(max + slack)
      const ends = [-128, 127]
      const corners = ends.flatMap((a) => ends.flatMap((b) => ends.flatMap((c) => preprocess(input, [a, b, c]))))
      expect(Math.abs(Math.min(...corners) - min)).toBeLessThanOrEqual(slack)
      expect(Math.abs(Math.max(...corners) - max)).toBeLessThanOrEqual(slack)
    }),
  )
})
