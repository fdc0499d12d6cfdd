/** What counts as proof: an engine that is a little wrong, at chosen places. */
import { describe, expect, test } from 'vitest'
import { type CodedUnit, codedModel, uint8 } from '../../test/support/coded-unit.ts'
import { runAt } from '../../test/support/quantized-network.ts'
import { Tensor } from '../ir/tensor.ts'
import { verifyEmitted, type VerificationReport } from './verify-emitted.ts'

/** Verify a unit against an engine that gives this result `y`. */
function verify(unit: CodedUnit, y: Tensor, full = true): Promise<VerificationReport> {
  const { model, feeds } = codedModel(unit)
  return verifyEmitted(model, feeds, {
    run: () => Promise.resolve(new Map([['y', y]])),
    full,
    onProgress: () => {},
  })
}

const identity = { shape: [1, 1, 1, 1], values: [1], scales: [1], axis: 0 }

/** A Conv that halves its input. */
const halve = (values: readonly number[]): CodedUnit => ({
  opType: 'Conv',
  inputs: [{ shape: [1, 1, 1, values.length], values, scale: 1 }],
  weight: identity,
  output: { scale: 2 },
})

/** x + 0 in steps of 2. */
const halveByAdd = (values: readonly number[]): CodedUnit => ({
  opType: 'Add',
  inputs: [
    { shape: [values.length], values, scale: 1 },
    { shape: [1], values: [0], scale: 1 },
  ],
  output: { scale: 2 },
})

describe('Conv', () => {
  test('equal codes are a proof', async () => {
    // 0, 1, 2, 4 halved: 0, 0.5 -> 0, 1, 2
    const report = await verify(halve([0, 1, 2, 4]), uint8([1, 1, 1, 4], [0, 0, 1, 2]))
    expect(report).toMatchObject({
      ok: true,
      nodes: [{ node: 'unit', opType: 'Conv', compared: 4, differing: 0, ok: true }],
      summary: 'integer arithmetic proven on 1 operators (4 values, 0 rounding ties)',
    })
  })

  test('one step off is none, even on a rounding boundary', async () => {
    const report = await verify(halve([0, 1, 2, 4]), uint8([1, 1, 1, 4], [0, 1, 1, 2]))
    expect(report.ok).toBe(false)
    expect(report.summary).toBe("Conv 'unit': 1 of 4 differ, by up to 1")
  })

  test('where its float result is read, too, the engine computes in float, and a boundary may fall either way', async () => {
    const { model, feeds } = codedModel(halve([0, 1, 2, 4]))
    model.graph.outputs.push({ name: 'float', dtype: 'float32', shape: [1, 1, 1, 4] })
    const result = (codes: readonly number[]) =>
      verifyEmitted(model, feeds, {
        run: () => Promise.resolve(new Map([['y', uint8([1, 1, 1, 4], codes)]])),
        full: true,
        onProgress: () => {},
      })
    expect((await result([0, 1, 1, 2])).ok).toBe(true)
    expect((await result([0, 0, 2, 2])).ok).toBe(false)
  })
})

describe('other operators', () => {
  test('one step is a tie on a rounding boundary alone, and is reported', async () => {
    // 1 and 2 halved: 0.5 lies on a boundary, 1 does not
    const tie = await verify(halveByAdd([1, 2]), uint8([2], [1, 1]))
    expect(tie).toMatchObject({ ok: true, nodes: [{ differing: 1, largest: 1 }] })
    expect(tie.summary).toBe('integer arithmetic proven on 1 operators (2 values, 1 rounding ties)')
    expect((await verify(halveByAdd([1, 2]), uint8([2], [0, 2]))).ok).toBe(false)
  })

  test('two steps are never a tie', async () => {
    expect((await verify(halveByAdd([1, 2]), uint8([2], [2, 1]))).ok).toBe(false)
  })

  test('values without a result are counted, not called ties', async () => {
    const quotient: CodedUnit = {
      opType: 'Div',
      inputs: [
        { shape: [3], values: [0, 6, 6], scale: 1 },
        { shape: [3], values: [0, 3, 0], scale: 1 },
      ],
      output: { scale: 1 },
    }
    // 0 / 0 has no result, 6 / 3 = 2, 6 / 0 saturates
    const report = await verify(quotient, uint8([3], [77, 2, 255]))
    expect(report.summary).toBe(
      'integer arithmetic proven on 1 operators (3 values, 0 rounding ties, 1 values without a result such as 0 / 0)',
    )
    expect((await verify(quotient, uint8([3], [77, 2, 0]))).ok).toBe(false)
  })

  test('an operator without a kernel is computed in float by the engine, from the codes', async () => {
    const elu: CodedUnit = {
      opType: 'Elu',
      inputs: [{ shape: [3], values: [-4, 0, 4], scale: 0.5, zeroPoint: 128 }],
      output: { scale: 0.25, zeroPoint: 128 },
    }
    const { model, feeds } = codedModel(elu)
    const fetched: string[][] = []
    // e^-2 - 1 = -0.864665 -> -3.46 -> -3; 0; 2 -> 8
    for (const [first, ok] of [
      [125, true],
      [124, false],
    ] as const) {
      const report = await verifyEmitted(model, feeds, {
        run: (part, values, fetches) => {
          fetched.push([...fetches])
          const whole = fetches[0] === 'y'
          return whole
            ? Promise.resolve(new Map([['y', uint8([3], [first, 128, 136])]]))
            : runAt(part, 'all', new Map(values))
        },
        full: true,
        onProgress: () => {},
      })
      expect(report.ok).toBe(ok)
    }
    expect(fetched).toEqual([['y'], ['float'], ['y'], ['float']])
  })
})

describe('tails', () => {
  test('may differ by 1e-5 of the range', async () => {
    const { output: _, ...tail } = halve([10, 100])
    const result = (error: number): Promise<VerificationReport> =>
      verify(tail, Tensor.float32([1, 1, 1, 2], [10 + error, 100]))
    expect((await result(0.0009)).ok).toBe(true)
    expect((await result(0.0011)).ok).toBe(false)
  })
})

test('a normal build compares 64 values of each operator, a full one all', async () => {
  const size = 200_000
  const { output: _, ...tail } = halve(Array.from({ length: size }, (_value, i) => i % 256))
  const right = Tensor.float32([1, 1, 1, size], tail.inputs[0].values)
  expect((await verify(tail, right, false)).nodes[0].compared).toBe(64)
  expect((await verify(tail, right, true)).nodes[0].compared).toBe(size)
})
