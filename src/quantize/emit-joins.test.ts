/** Operators on two and more activations. */
import { describe, expect, test } from 'vitest'
import { checkEmitted } from '../../test/support/check-emitted.ts'
import { between, type Network } from '../../test/support/network.ts'
import { int, ints } from '../ir/node.ts'

type Body = (network: Network, x: string) => string

describe('arithmetic', () => {
  const withConv =
    (opType: string): Body =>
    (n, x) =>
      n.node(opType, [x, n.conv(x, [8, 8, 1, 1])])
  const cases: [name: string, fused: string, body: Body][] = [
    ['Add', 'Conv:1 QLinearAdd:1 QLinearConv:2', withConv('Add')],
    ['Mul', 'Conv:1 QLinearConv:2 QLinearMul:1', withConv('Mul')],
    ['Sub', 'Conv:1 QLinearConv:2 Sub:1', withConv('Sub')],
    ['Max', 'Conv:1 Max:1 QLinearConv:2', withConv('Max')],
    ['Min', 'Conv:1 Min:1 QLinearConv:2', withConv('Min')],
    [
      'Sum of three',
      'Conv:1 QLinearConv:3 Sum:1',
      (n, x) => n.node('Sum', [x, n.conv(x, [8, 8, 1, 1]), n.conv(x, [8, 8, 1, 1])]),
    ],
    ['a tensor plus itself', 'Conv:1 QLinearAdd:1 QLinearConv:1', (n, x) => n.node('Add', [x, x])],
    ['a tensor times itself', 'Conv:1 QLinearConv:1 QLinearMul:1', (n, x) => n.node('Mul', [x, x])],
    [
      'Add of a constant',
      'Add:1 Conv:1 DepthToSpace:1 QLinearConv:1',
      (n, x) => n.node('Add', [n.node('DepthToSpace', [x], { blocksize: int(2) }), n.random([2, 1, 1])]),
    ],
    [
      'Mul of a channel gate',
      'Conv:1 QLinearConv:2 QLinearGlobalAveragePool:1 QLinearMul:1 QLinearSigmoid:1',
      (n, x) => n.node('Mul', [x, n.node('Sigmoid', [n.conv(n.node('GlobalAveragePool', [x]), [8, 8, 1, 1])])]),
    ],
  ]
  test.each(cases)('%s', async (_, fused, body) => {
    for (const relu of [false, true]) expect((await checkEmitted(between(body, { relu }))).fused).toBe(fused)
  })

  test('Div by an activation stays in float: a small divisor may have the code 0', async () => {
    const divided = between((n, x) =>
      n.node('Div', [x, n.node('Add', [n.node('Relu', [n.conv(x, [8, 8, 1, 1])]), n.floats([1])])]),
    )
    expect((await checkEmitted(divided)).fused).toBe('Add:1 Conv:2 Div:1 FusedConv:1')
  })
})

describe('Concat', () => {
  /** x beside a Conv of it with weights uniform in +-magnitude. */
  const beside =
    (magnitude: number): Body =>
    (n, x) =>
      n.node('Concat', [x, n.node('Conv', [x, n.random([8, 8, 1, 1], magnitude)])], { axis: int(1) })

  test('branches whose ranges are alike share the larger threshold', async () => {
    const { calibration, fused } = await checkEmitted(between(beside(0.6)))
    const [, ...thresholds] = calibration.thresholds.values()
    expect(thresholds).toHaveLength(3)
    expect(new Set(thresholds).size).toBe(1)
    expect(fused).toBe('Conv:1 QLinearConcat:1 QLinearConv:2')
  })

  test('branches whose ranges differ by more than 4x keep their own', async () => {
    const { calibration, fused } = await checkEmitted(between(beside(20)))
    const [, small, large, joined] = calibration.thresholds.values()
    expect(large / small).toBeGreaterThan(4)
    expect(joined).toBe(large)
    expect(fused).toBe('Conv:1 QLinearConcat:1 QLinearConv:2')
  })

  test('of a tensor and its pooled copy, of a tensor with itself, of codes from 0 and around 128', async () => {
    const pool = { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) }
    const pooled: Body = (n, x) => n.node('Concat', [x, n.node('MaxPool', [x], pool)], { axis: int(1) })
    expect((await checkEmitted(between(pooled, { relu: true }))).fused).toBe(
      'Conv:1 MaxPool:1 QLinearConcat:1 QLinearConv:1',
    )
    const twice: Body = (n, x) => n.node('Concat', [x, x], { axis: int(1) })
    expect((await checkEmitted(between(twice))).fused).toBe('Conv:1 QLinearConcat:1 QLinearConv:1')
    const mixed: Body = (n, x) => n.node('Concat', [x, n.node('Relu', [n.conv(x, [8, 8, 1, 1])])], { axis: int(1) })
    expect((await checkEmitted(between(mixed))).fused).toBe('Conv:1 QLinearConcat:1 QLinearConv:2')
  })
})
