import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { place } from '../../test/support/quantize-centred.ts'
import { fusedOperators, proveFully, quantizeNetwork, runAt } from '../../test/support/quantized-network.ts'
import { Histogram } from '../calibrate/histogram.ts'
import type { Model } from '../ir/model.ts'
import { int, ints } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { codesFor, lowestCode, scaleOf } from './plan.ts'
import { asymmetricCodes, chooseZeroPoints } from './zero-points.ts'

describe('codes of a range, worked by hand', () => {
  test.each([
    // s = 4 / 255, z = 63.75 -> 64
    [-1, 3, 191, (191 * 4) / 255],
    [-3, 1, 64, (64 * 4) / 255],
    // halves to even: z = 127.5 -> 128, which is int8
    [-1, 1, 127, 254 / 255],
    [0, 5, 255, 5],
    // 0 is always inside
    [2, 5, 255, 5],
    // one code stands above 0: s = 5 / 254
    [-5, -2, 1, 5 / 254],
    [-254, 0.001, 1, 1],
    [0, 0, 127, 1],
  ])('%d to %d: largest code %d', (min, max, levels, threshold) => {
    const codes = asymmetricCodes({ min, max })
    expect(codes.levels).toBe(levels)
    expect(codes.threshold).toBeCloseTo(threshold, 12)
  })
})

test('whatever the zero point, values inside come back to half a step, ends to a whole one, and 0 exactly', async () => {
  const end = fc.double({ min: -100, max: 100, noNaN: true })
  await fc.assert(
    fc.asyncProperty(fc.tuple(end, end), fc.array(fc.double({ min: 0, max: 1, noNaN: true })), async (ends, shares) => {
      const [min, max] = ends.toSorted((a, b) => a - b)
      const { threshold, levels } = asymmetricCodes({ min, max })
      const scale = scaleOf(threshold, levels)
      const lowest = lowestCode({ nonNegative: false, levels })
      const values = [0, min, max, ...shares.map((share) => min + share * (max - min))].map(Math.fround)
      const [back] = (await runAt(coded(values.length, scale, -lowest), 'all', feed(values))).values()
      expect(back.floats()[0]).toBe(0)
      for (const [i, value] of values.entries()) {
        const atEnd = value < (lowest + 0.5) * scale || value > (levels - 0.5) * scale
        expect(Math.abs(back.floats()[i] - value)).toBeLessThanOrEqual((atEnd ? 1.01 : 0.501) * scale)
      }
    }),
    { numRuns: 40, seed: 3 },
  )
})

function feed(values: readonly number[]): Map<string, Tensor> {
  return new Map([['x', Tensor.float32([values.length], Float32Array.from(values))]])
}

/** QuantizeLinear -> DequantizeLinear of a vector. */
function coded(size: number, scale: number, zeroPoint: number): Model {
  const net = new Network(1)
  const x = net.input('x', [size])
  const step = net.floats([scale], [])
  const zero = net.graph.setConstant('zero', Tensor.of('uint8', [], Uint8Array.of(zeroPoint)))
  net.output(net.node('DequantizeLinear', [net.node('QuantizeLinear', [x, step, zero]), step, zero]))
  return net.model()
}

/** Every histogram has these values. */
function seen(tensors: readonly string[], ...values: number[]): Map<string, Histogram> {
  return new Map(
    tensors.map((tensor) => {
      const histogram = new Histogram()
      histogram.add(Float32Array.from(values))
      return [tensor, histogram]
    }),
  )
}

test('tensors between which values move share both scale and zero point; branches of a Concat keep their own', () => {
  const net = new Network(4)
  const head = net.conv(net.input('x', [1, 2, 8, 8]), [2, 2, 1, 1])
  const pooled = net.node('MaxPool', [head], { kernel_shape: ints([1, 1]) })
  const other = net.conv('x', [2, 2, 1, 1])
  const both = net.node('Concat', [pooled, other], { axis: int(1) })
  net.output(net.conv(both, [2, 4, 1, 1]))
  const plan = place(net.model())
  const statistics = new Map([
    ...seen(['x'], -2, 2),
    ...seen([head], -1, 3),
    ...seen([other], -3, 1),
    ...seen([both], -3, 3),
  ])
  const { thresholds, levels } = chooseZeroPoints(plan, statistics, { name: 'max' })
  const codes = [head, pooled, other, both].map((tensor) => [levels.get(tensor), thresholds.get(tensor)])
  expect(codes).toEqual([
    [191, (191 * 4) / 255],
    [191, (191 * 4) / 255],
    [64, (64 * 4) / 255],
    [127, (127 * 6) / 255],
  ])
})

test('what is known without data is not looked for in it: Sigmoid 0..1, Tanh -1..1', () => {
  const net = new Network(4)
  const x = net.conv(net.input('x', [1, 2, 4, 4]), [2, 2, 1, 1])
  const [sigmoid, tanh] = [net.node('Sigmoid', [x]), net.node('Tanh', [x])]
  net.output(net.conv(sigmoid, [2, 2, 1, 1]))
  net.output(net.conv(tanh, [2, 2, 1, 1]))
  const { thresholds, levels } = chooseZeroPoints(place(net.model()), seen(['x', x], -1, 3), { name: 'max' })
  expect([sigmoid, tanh].map((tensor) => [levels.get(tensor), thresholds.get(tensor)])).toEqual([
    [255, 1],
    [127, 254 / 255],
  ])
})

test('16 bits have no zero point', () => {
  const net = new Network(4)
  const x = net.input('x', [1, 2, 4, 4])
  net.output(net.conv(x, [2, 2, 1, 1]))
  const { thresholds, levels } = chooseZeroPoints(
    place(net.model(), () => 32767),
    seen([x], -1, 3),
    { name: 'max' },
  )
  expect([levels.get(x), thresholds.get(x)]).toEqual([32767, 3])
})

test('under another threshold, which is a magnitude, codes below 128 are those of int8', () => {
  const signed = { nonNegative: false, bound: undefined } as Parameters<typeof codesFor>[0]
  expect([40, 200].map((levels) => codesFor({ ...signed, levels }, 2))).toEqual([127, 127])
  expect(codesFor({ ...signed, nonNegative: true, levels: 255 }, 2)).toBe(255)
})

/** Padded depthwise Convs behind a SiLU and a Relu, an Add and a Concat. */
function network(): Model {
  const net = new Network(9)
  const padded = { pads: ints([1, 1, 1, 1]) }
  const x = net.conv(net.input('x', [1, 3, 9, 9]), [6, 3, 3, 3], padded)
  const swish = net.node('Mul', [x, net.node('Sigmoid', [x])])
  const wise = net.conv(swish, [6, 1, 3, 3], { ...padded, group: int(6) })
  const relu = net.node('Relu', [net.conv(wise, [6, 6, 1, 1])])
  const again = net.conv(relu, [6, 1, 3, 3], { ...padded, group: int(6) })
  const joined = net.node('Concat', [net.node('Add', [again, swish]), relu], { axis: int(1) })
  net.output(net.conv(joined, [4, 12, 1, 1]))
  return net.model()
}

test('zero points everywhere: exact, fused, no Pad, and half the error of int8', async () => {
  const [plain, asymmetric] = [
    await quantizeNetwork(network(), { reach: 3 }),
    await quantizeNetwork(network(), { reach: 3, asymmetric: true }),
  ]
  const levels = [...asymmetric.plan.quantizers.values()].map((quantizer) => quantizer.levels)
  expect(Math.max(...levels)).toBe(255)
  expect(levels.filter((largest) => largest < 127).length).toBeGreaterThan(0)
  expect((await proveFully(asymmetric)).summary).toContain('integer arithmetic proven')
  const [before, after] = [await fusedOperators(plain.quantized), await fusedOperators(asymmetric.quantized)]
  expect(after).toEqual({ ...before, Clip: after['Clip'] })
  expect(after['QLinearConv']).toBe(4)
  const [float] = (await runAt(plain.optimized, 'basic', plain.feeds)).values()
  const error = async ({ quantized, feeds }: typeof plain): Promise<number> => {
    const [output] = (await runAt(quantized, 'all', feeds)).values()
    return output.floats().reduce((sum, y, i) => sum + (y - float.floats()[i]) ** 2, 0)
  }
  expect(await error(asymmetric)).toBeLessThan(0.5 * (await error(plain)))
})
