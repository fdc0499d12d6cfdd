/** Integer kernels against examples worked by hand. Values are codes minus the zero point. */
import { describe, expect, test } from 'vitest'
import { codedModel, type CodedUnit, kernelResult } from '../../../test/support/coded-unit.ts'
import { runAt } from '../../../test/support/quantized-network.ts'
import { float, int, ints } from '../../ir/node.ts'

/** What onnxruntime makes of the unit at `all`. */
async function engineResult(unit: CodedUnit): Promise<number[]> {
  const { model, feeds } = codedModel(unit)
  const codes = (await runAt(model, 'all', feeds)).get('y')!.numbers()
  return codes.map((code) => code - (unit.output?.zeroPoint ?? 0))
}

/** What the kernel computes; onnxruntime must give the same. */
async function codesOf(unit: CodedUnit): Promise<number[]> {
  const codes = kernelResult(unit).map((value) => value + 0)
  expect(await engineResult(unit)).toEqual(codes)
  return codes
}

describe('Conv', () => {
  // s_x 0.5, s_w 0.25, s_y 0.5: m = 0.5 * 0.25 / 0.5 = 0.25
  const unit: CodedUnit = {
    opType: 'Conv',
    inputs: [{ shape: [1, 1, 2, 3], values: [2, -2, 3, 0, -1, 1], scale: 0.5, zeroPoint: 128 }],
    weight: { shape: [2, 1, 2, 2], values: [1, 2, 3, -1, 1, 2, 3, -1], scales: [0.25, 0.25], axis: 0 },
    bias: [3, 6],
    output: { scale: 0.5, zeroPoint: 128 },
  }

  test('rounds halves to even', async () =>
    // window 1: 2*1 - 2*2 + 0*3 - 1*-1 = -1; window 2: -2*1 + 3*2 - 1*3 + 1*-1 = 0
    // bias 3: 2 * 0.25 = 0.5 -> 0,  3 * 0.25 = 0.75 -> 1
    // bias 6: 5 * 0.25 = 1.25 -> 1, 6 * 0.25 = 1.5 -> 2
    expect(await codesOf(unit)).toEqual([0, 1, 1, 2]))

  test('padding is the value 0, not the code 0', async () =>
    // a column of padding on the left: 2*2 + 0*-1 = 4 in front of the windows above
    // bias 3: 7 * 0.25 = 1.75 -> 2; bias 6: 10 * 0.25 = 2.5 -> 2
    expect(await codesOf({ ...unit, attributes: { pads: ints([0, 1, 0, 0]) } })).toEqual([2, 0, 1, 2, 1, 2]))

  test('a scale per channel', async () =>
    // channel 2: m = 0.5 * 0.5 / 0.5 = 0.5: 5 * 0.5 = 2.5 -> 2, 6 * 0.5 = 3
    expect(await codesOf({ ...unit, weight: { ...unit.weight!, scales: [0.25, 0.5] } })).toEqual([0, 1, 2, 3]))

  test('groups read their own channels', async () =>
    // 2 * 5 and -3 * 7, m = 1
    expect(
      await codesOf({
        opType: 'Conv',
        inputs: [{ shape: [1, 2, 1, 1], values: [2, -3], scale: 1, zeroPoint: 128 }],
        weight: { shape: [2, 1, 1, 1], values: [5, 7], scales: [1, 1], axis: 0 },
        attributes: { group: int(2) },
        output: { scale: 1, zeroPoint: 128 },
      }),
    ).toEqual([10, -21]))

  test('strides and dilations', async () =>
    // 1 + 3*10 and 3 + 5*10
    expect(
      await codesOf({
        opType: 'Conv',
        inputs: [{ shape: [1, 1, 5], values: [1, 2, 3, 4, 5], scale: 1 }],
        weight: { shape: [1, 1, 2], values: [1, 10], scales: [1], axis: 0 },
        attributes: { dilations: ints([2]), strides: ints([2]) },
        output: { scale: 1 },
      }),
    ).toEqual([31, 53]))

  const scalar = (value: number, output: CodedUnit['output'], scales = [1, 1]): CodedUnit => ({
    opType: 'Conv',
    inputs: [{ shape: [1, 1, 1, 1], values: [value], scale: scales[0] }],
    weight: { shape: [1, 1, 1, 1], values: [1], scales: [scales[1]], axis: 0 },
    output: output!,
  })

  test('saturates at the ends of uint8, and at the Clip', async () => {
    // -130 and 130 lie outside -128..127; 130 lies above 127
    const wide = (value: number): CodedUnit => ({
      ...scalar(26, { scale: 1, zeroPoint: 128 }),
      weight: { shape: [1, 1, 1, 1], values: [value], scales: [1], axis: 0 },
    })
    expect(await codesOf(wide(-5))).toEqual([-128])
    expect(await codesOf(wide(5))).toEqual([127])
    expect(await codesOf(scalar(200, { scale: 1, highest: 127 }))).toEqual([127])
    expect(await codesOf(scalar(200, { scale: 1, highest: 90 }))).toEqual([90])
  })

  test('the multiplier and the product are float32', async () => {
    // 15 * (0.3 * 0.1 / 0.9) is 0.50000004 in double, 0.5 in float32: halves go to even
    expect(await codesOf(scalar(15, { scale: 0.9 }, [0.3, 0.1]))).toEqual([0])
    // 35 * (0.1 * 0.01 / 0.07) is 0.499999994 in double, 0.50000006 in float32
    expect(await codesOf(scalar(35, { scale: 0.07 }, [0.1, 0.01]))).toEqual([1])
  })

  test('a tail is the accumulator times both scales', () => {
    const { output: _, ...tail } = unit
    // accumulators 2, 3, 5, 6 times 0.5 * 0.25
    expect(kernelResult(tail)).toEqual([0.25, 0.375, 0.625, 0.75])
  })

  test('an accumulator beyond int32 is an error', () => {
    const unitOf = (bias: number): CodedUnit => ({ ...scalar(1, { scale: 1 }), bias: [bias] })
    // 1 * 1 + (2^31 - 2) = 2^31 - 1 fits
    expect(kernelResult(unitOf(2 ** 31 - 2))).toEqual([255])
    expect(() => kernelResult(unitOf(2 ** 31 - 1))).toThrowError(
      expect.objectContaining({ code: 'STAGE_ACCUMULATOR_OVERFLOW', where: 'unit' }),
    )
  })
})

describe('Gemm and MatMul', () => {
  const inputs = [{ shape: [2, 2], values: [1, 2, -3, 4], scale: 1, zeroPoint: 128 }]
  const output = { scale: 2, zeroPoint: 128 }

  test('Gemm with transB: a row of the weight per output', async () =>
    // [1, 2] . [5, 6] = 17 + 1 = 18 -> 9;     [1, 2] . [7, 8] = 23 + 4 = 27 -> 13.5 -> 14
    // [-3, 4] . [5, 6] = 9 + 1 = 10 -> 5;     [-3, 4] . [7, 8] = 11 + 4 = 15 -> 7.5 -> 8
    expect(
      await codesOf({
        opType: 'Gemm',
        inputs,
        weight: { shape: [2, 2], values: [5, 6, 7, 8], scales: [1, 1], axis: 0 },
        bias: [1, 4],
        attributes: { transB: int(1) },
        output,
      }),
    ).toEqual([9, 14, 5, 8]))

  test('MatMul: a column of the weight per output, with its scale', async () =>
    // [1, 2] . [5, 7] = 19 -> 9.5 -> 10;  [1, 2] . [6, 8] = 22, scale 0.5 -> 5.5 -> 6
    // [-3, 4] . [5, 7] = 13 -> 6.5 -> 6;  [-3, 4] . [6, 8] = 14, scale 0.5 -> 3.5 -> 4
    expect(
      await codesOf({
        opType: 'MatMul',
        inputs,
        weight: { shape: [2, 2], values: [5, 6, 7, 8], scales: [1, 0.5], axis: 1 },
        output,
      }),
    ).toEqual([10, 6, 6, 4]))
})

describe('two activations', () => {
  const left = { shape: [2, 2], values: [1, 2, 3, -4], scale: 0.5, zeroPoint: 128 }
  const right = { shape: [2], values: [3, 5], scale: 0.25, zeroPoint: 128 }
  const output = { scale: 0.5, zeroPoint: 128 }

  test.each([
    // left 0.5 1 1.5 -2; right, repeated for both rows, 0.75 1.25; steps of 0.5
    ['Add', [2, 4, 4, -2]], // 1.25 2.25 2.25 -0.75: 2.5 -> 2, 4.5 -> 4, 4.5 -> 4, -1.5 -> -2
    ['Sub', [0, 0, 2, -6]], // -0.25 -0.25 0.75 -3.25: -0.5 -> 0, -0.5 -> 0, 1.5 -> 2, -6.5 -> -6
    ['Mul', [1, 2, 2, -5]], // 0.375 1.25 1.125 -2.5: 0.75 -> 1, 2.5 -> 2, 2.25 -> 2, -5
    ['Max', [2, 2, 3, 2]], // 0.75 1.25 1.5 1.25: 1.5 -> 2, 2.5 -> 2, 3, 2.5 -> 2
    ['Min', [1, 2, 2, -4]], // 0.5 1 0.75 -2: 1, 2, 1.5 -> 2, -4
  ])('%s, broadcast', async (opType, expected) => {
    expect(await codesOf({ opType, inputs: [left, right], output })).toEqual(expected)
  })
})

describe('functions and averages', () => {
  const input = (values: readonly number[]) => [{ shape: [1, 1, 1, values.length], values, scale: 0.5, zeroPoint: 128 }]

  test('Sigmoid with codes 0..127', async () =>
    // sigmoid(0) = 0.5 -> 63.5 -> 64; sigmoid(2) = 0.880797 -> 111.86; sigmoid(-2) = 0.119203 -> 15.14
    expect(
      await codesOf({
        opType: 'Sigmoid',
        inputs: input([0, 4, -4]),
        output: { scale: Math.fround(1 / 127), highest: 127 },
      }),
    ).toEqual([64, 112, 15]))

  test('LeakyRelu', async () =>
    // 0.25 * -3 = -0.75 -> -1.5 -> -2; 0.25 * -2 = -0.5 -> -1; 2 -> 4
    expect(
      await codesOf({
        opType: 'LeakyRelu',
        attributes: { alpha: float(0.25) },
        inputs: input([-6, -4, 4]),
        output: { scale: 0.5, zeroPoint: 128 },
      }),
    ).toEqual([-2, -1, 4]))

  test('HardSwish', async () =>
    // x clip(x / 6 + 1/2, 0, 1): 4 -> 4; 1 -> 2/3 -> 1.33; -1 -> -1/3 -> -0.67; -4 -> 0, in steps of 0.5
    expect(
      await codesOf({ opType: 'HardSwish', inputs: input([8, 2, -2, -8]), output: { scale: 0.5, zeroPoint: 128 } }),
    ).toEqual([8, 1, -1, 0]))

  test('GlobalAveragePool: the mean of the codes, then one rounding', async () =>
    // (3 + 4 + 5 - 2) / 4 = 2.5 steps of 0.5 = 1.25, in steps of 0.25: 5
    expect(
      await codesOf({
        opType: 'GlobalAveragePool',
        inputs: input([3, 4, 5, -2]),
        output: { scale: 0.25, zeroPoint: 128 },
      }),
    ).toEqual([5]))
})
