import { describe, expect, test } from 'vitest'
import { checkEmitted } from '../../test/support/check-emitted.ts'
import { between, type Network } from '../../test/support/network.ts'
import { float, int } from '../ir/node.ts'

type Body = (network: Network, x: string) => string

const one =
  (opType: string): Body =>
  (n, x) =>
    n.node(opType, [x])

/** The fused graph with what stands for the function between the two Convs. */
const around = (fused: string): string => [...fused.split(' '), 'Conv:1', 'QLinearConv:1'].sort().join(' ')

describe('functions of one value', () => {
  const cases: [name: string, fused: string, body: Body][] = [
    ['LeakyRelu', 'QLinearLeakyRelu:1', (n, x) => n.node('LeakyRelu', [x], { alpha: float(0.1) })],
    ['PRelu', 'PRelu:1', (n, x) => n.node('PRelu', [x, n.random([8, 1, 1])])],
    ['Sigmoid', 'QLinearSigmoid:1', one('Sigmoid')],
    ['Tanh', 'Tanh:1', one('Tanh')],
    ['HardSigmoid', 'HardSigmoid:1', one('HardSigmoid')],
    ['HardSwish', 'HardSigmoid:1 Mul:1', one('HardSwish')],
    ['SiLU', 'Mul:1 Sigmoid:1', (n, x) => n.node('Mul', [x, n.node('Sigmoid', [x])])],
    ['Mish', 'Mul:1 Softplus:1 Tanh:1', one('Mish')],
    [
      'Mish in parts',
      'Mul:1 Softplus:1 Tanh:1',
      (n, x) => n.node('Mul', [x, n.node('Tanh', [n.node('Softplus', [x])])]),
    ],
    ['Gelu', 'Gelu:1', one('Gelu')],
    ['Elu', 'Elu:1', one('Elu')],
    ['Softplus', 'Softplus:1', one('Softplus')],
    ['Exp', 'Exp:1', one('Exp')],
    ['Abs', 'Abs:1', one('Abs')],
    ['Neg', 'Neg:1', one('Neg')],
    ['Pow', 'Pow:1', (n, x) => n.node('Pow', [x, n.floats([2], [])])],
  ]
  test.each(cases)('%s', async (_, fused, body) => {
    expect((await checkEmitted(between(body))).fused).toBe(around(fused))
  })

  test.each(['HardSwish', 'Mish', 'Gelu'])('%s has a one-sided quantizer before it and none inside', async (opType) => {
    const { plan } = await checkEmitted(between(one(opType)))
    const functions = [...plan.quantizers.values()].map((quantizer) => quantizer.oneSided)
    expect(functions).toEqual([undefined, opType, undefined])
  })

  test('Sigmoid and Tanh have the threshold 1', async () => {
    for (const opType of ['Sigmoid', 'Tanh']) {
      const { calibration } = await checkEmitted(between(one(opType)))
      expect([...calibration.thresholds.values()].at(-1)).toBe(1)
    }
  })
})

describe('fused activations', () => {
  const clip =
    (low: number, high: number): Body =>
    (n, x) =>
      n.node('Clip', [n.node('Conv', [x, n.random([8, 8, 1, 1], 10)]), n.floats([low], []), n.floats([high], [])])
  const TWO = 'Conv:1 QLinearConv:2'

  test('Relu becomes the range of the codes', async () => {
    const { plan, quantized, fused } = await checkEmitted(between((_n, x) => x, { relu: true }))
    expect(fused).toBe('Conv:1 QLinearConv:1')
    expect(plan.fused.size).toBe(1)
    expect(quantized.graph.nodes.some((node) => node.is('Relu'))).toBe(false)
  })

  test('Relu6 caps the threshold at 6', async () => {
    const { calibration, plan, fused } = await checkEmitted(between(clip(0, 6)))
    expect(fused).toBe(TWO)
    expect([...calibration.thresholds.values()].at(-1)).toBe(6)
    expect(plan.fused.size).toBe(1)
  })

  test('Relu6 keeps its bound where it shares the larger threshold of another branch', async () => {
    const model = between((n, x) => {
      const other = n.node('Relu', [n.node('Conv', [x, n.random([8, 8, 1, 1], 5)])])
      return n.node('Concat', [clip(0, 6)(n, x), other], { axis: int(1) })
    })
    const { calibration, quantized, fused } = await checkEmitted(model)
    expect(fused).toBe('Conv:1 QLinearConcat:1 QLinearConv:3')
    const threshold = [...calibration.thresholds.values()].at(-1)!
    expect(threshold).toBeGreaterThan(7)
    const bounds = quantized.graph.nodes
      .filter((node) => node.is('Clip'))
      .map((node) => quantized.graph.constant(node.inputs[2])!.numbers()[0])
    // The code of 6 under the shared threshold, and 127 for the other branch and the result.
    expect(bounds.sort((a, b) => a - b)).toEqual([Math.round((6 / threshold) * 127), 127, 127])
  })

  test('a Clip that does not begin at 0 is a function of its own', async () => {
    for (const low of [-0.5, 0.2]) {
      const { plan, fused } = await checkEmitted(between(clip(low, 3)))
      expect(plan.fused.size).toBe(0)
      expect(fused).toBe(TWO)
    }
  })

  test('a Relu beside another reader is a function of its own', async () => {
    const model = between((n, x) => n.node('Add', [x, n.node('Relu', [x])]))
    const { plan, fused } = await checkEmitted(model)
    expect(fused).toBe('Conv:1 QLinearAdd:1 QLinearConv:1')
    expect(plan.fused.size).toBe(0)
  })

  test('Relu behind Add, behind an average', async () => {
    const add = await checkEmitted(between((n, x) => n.node('Relu', [n.node('Add', [x, n.conv(x, [8, 8, 1, 1])])])))
    expect(add.fused).toBe('Conv:1 QLinearAdd:1 QLinearConv:2')
    expect(add.plan.fused.size).toBe(1)
    const average = await checkEmitted(between((n, x) => n.node('Relu', [n.node('GlobalAveragePool', [x])])))
    expect(average.fused).toBe('Conv:1 QLinearConv:1 QLinearGlobalAveragePool:1')
    expect(average.plan.fused.size).toBe(1)
  })
})
