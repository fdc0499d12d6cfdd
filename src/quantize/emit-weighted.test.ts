import { expect, test } from 'vitest'
import { checkEmitted } from '../../test/support/check-emitted.ts'
import { between, Network } from '../../test/support/network.ts'
import { quantizeNetwork } from '../../test/support/quantized-network.ts'
import type { Model } from '../ir/model.ts'
import { float, int, ints, string } from '../ir/node.ts'

type Case = [name: string, fused: string, model: Model]

const TWO_CONVS = 'Conv:1 QLinearConv:2'

/** A network of matrices: 4 x 10 -> body. */
function matrices(shape: readonly number[], body: (network: Network, x: string) => string): Model {
  const network = new Network(3)
  network.output(body(network, network.input('x', shape)))
  return network.model()
}

const cases: Case[] = [
  ['Conv', TWO_CONVS, between((n, x) => n.conv(x, [6, 8, 3, 3]))],
  ['Conv behind Relu', TWO_CONVS, between((n, x) => n.conv(x, [6, 8, 3, 3]), { relu: true })],
  ['Conv without bias', TWO_CONVS, between((n, x) => n.node('Conv', [x, n.random([5, 8, 1, 1])]))],
  ['group Conv', TWO_CONVS, between((n, x) => n.conv(x, [6, 4, 3, 3], { group: int(2) }))],
  [
    'depthwise Conv',
    TWO_CONVS,
    between((n, x) => n.conv(x, [8, 1, 3, 3], { group: int(8), pads: ints([1, 1, 1, 1]) })),
  ],
  [
    'dilated, strided Conv',
    TWO_CONVS,
    between((n, x) => n.conv(x, [6, 8, 3, 3], { dilations: ints([2, 2]), strides: ints([1, 2]) })),
  ],
  ['Conv with asymmetric pads', TWO_CONVS, between((n, x) => n.conv(x, [6, 8, 3, 3], { pads: ints([0, 1, 2, 1]) }))],
  ['Conv SAME_UPPER', TWO_CONVS, between((n, x) => n.conv(x, [6, 8, 2, 2], { auto_pad: string('SAME_UPPER') }))],
  [
    'Conv SAME_LOWER',
    TWO_CONVS,
    between((n, x) => n.conv(x, [6, 8, 2, 4], { auto_pad: string('SAME_LOWER'), strides: ints([2, 1]) })),
  ],
  ['Conv VALID', TWO_CONVS, between((n, x) => n.conv(x, [6, 8, 2, 4], { auto_pad: string('VALID') }))],
  [
    'Conv 1D',
    'Conv:1 QLinearConv:1',
    matrices([1, 3, 20], (n, x) => n.conv(n.node('Relu', [n.conv(x, [6, 3, 3])]), [4, 6, 3])),
  ],
  [
    'Conv 3D',
    'Conv:1 QLinearConv:1',
    matrices([1, 2, 5, 5, 5], (n, x) => n.conv(n.node('Relu', [n.conv(x, [6, 2, 3, 3, 3])]), [4, 6, 1, 1, 1])),
  ],
  [
    'two Convs with one weight',
    'Conv:1 QLinearAdd:1 QLinearConv:4',
    between((n, x) => {
      const weight = n.random([8, 8, 1, 1])
      const behindRelu = n.node('Conv', [n.node('Relu', [n.node('Conv', [x, weight])]), weight])
      return n.node('Add', [n.conv(x, [8, 8, 1, 1]), behindRelu])
    }),
  ],
  // onnxruntime has no integer ConvTranspose: float on dequantized integers.
  [
    'ConvTranspose',
    'Conv:1 ConvTranspose:1 QLinearConv:1',
    between((n, x) =>
      n.node('ConvTranspose', [x, n.random([8, 5, 2, 2], 0.3), n.random([5])], { strides: ints([2, 2]) }),
    ),
  ],
  [
    'group ConvTranspose',
    'Conv:1 ConvTranspose:1 QLinearConv:1',
    between(
      (n, x) =>
        n.node('ConvTranspose', [x, n.random([8, 3, 3, 3], 0.3), n.random([6])], {
          strides: ints([2, 2]),
          group: int(2),
          pads: ints([1, 1, 1, 1]),
          output_padding: ints([1, 1]),
        }),
      { relu: true },
    ),
  ],
  [
    'Gemm with transB, with alpha and beta, without bias',
    'QGemm:3',
    matrices([4, 10], (n, x) => {
      const first = n.node('Relu', [n.node('Gemm', [x, n.random([12, 10]), n.random([12])], { transB: int(1) })])
      const second = n.node('Gemm', [first, n.random([12, 9]), n.random([1, 9])], { alpha: float(0.5), beta: float(2) })
      return n.node('Gemm', [second, n.random([9, 3])])
    }),
  ],
  [
    'MatMul of stacked rows, with and without Add',
    'Add:1 MatMulIntegerToFloat:1 QLinearMatMul:2',
    matrices([2, 5, 10], (n, x) => {
      const first = n.node('Relu', [n.node('MatMul', [x, n.random([10, 12])])])
      const second = n.node('Add', [n.node('MatMul', [first, n.random([12, 9])]), n.random([9])])
      return n.node('MatMul', [second, n.random([9, 3])])
    }),
  ],
  [
    'MatMul of two activations',
    'MatMulIntegerToFloat:1 QLinearMatMul:3',
    matrices([2, 5, 10], (n, x) => {
      const left = n.node('MatMul', [x, n.random([10, 12])])
      const right = n.node('Transpose', [n.node('MatMul', [x, n.random([10, 12])])], { perm: ints([0, 2, 1]) })
      return n.node('MatMul', [n.node('MatMul', [left, right]), n.random([5, 9])])
    }),
  ],
  [
    'MatMul with a constant on the left',
    'MatMul:1 MatMulIntegerToFloat:1 QLinearMatMul:1',
    matrices([2, 5, 10], (n, x) => {
      const right = n.node('Relu', [n.node('MatMul', [x, n.random([10, 12])])])
      return n.node('MatMul', [n.node('MatMul', [n.random([6, 5]), right]), n.random([12, 9])])
    }),
  ],
  // onnxruntime refuses scales per column there: such a MatMul stays in float.
  [
    'MatMul with a stack of matrices',
    'MatMul:1 MatMulIntegerToFloat:1',
    matrices([2, 5, 10], (n, x) => {
      const first = n.node('Relu', [n.node('MatMul', [x, n.random([2, 10, 12])])])
      return n.node('MatMul', [first, n.random([12, 9])])
    }),
  ],
  [
    'MatMul with a vector',
    'MatMul:1 MatMulIntegerToFloat:1 QGemm:1 QLinearMatMul:1',
    matrices([2, 5, 10], (n, x) => {
      const first = n.node('Relu', [n.node('MatMul', [x, n.random([10, 10])])])
      const second = n.node('MatMul', [n.node('MatMul', [first, n.random([10, 12])]), n.random([12])])
      return n.node('MatMul', [second, n.random([5, 9])])
    }),
  ],
]

test.each(cases)('%s', async (_, fused, model) => {
  expect((await checkEmitted(model)).fused).toBe(fused)
})

test('a bias of one value per row stays in float', async () => {
  const model = matrices([8, 10], (n, x) => {
    const first = n.node('Gemm', [x, n.random([8, 10]), n.random([8, 1])], { transB: int(1) })
    return n.node('Gemm', [first, n.random([5, 8])], { transB: int(1) })
  })
  const { plan, fused } = await checkEmitted(model)
  expect(fused).toBe('Gemm:1 QGemm:1')
  expect(plan.weighted.map((unit) => unit.node.name)).toEqual(['gemm5'])
})

test('a bias beyond int32 widens the weight scale of its channel', async () => {
  const model = between((n, x) => n.node('Conv', [x, n.random([8, 8, 1, 1], 1e-7), n.floats(Array(8).fill(1000))]))
  const { calibration, fused } = await checkEmitted(model)
  expect(fused).toBe(TWO_CONVS)
  const thresholds = [...calibration.weights.values()][1]
  expect(Math.min(...thresholds)).toBeGreaterThan(1e-6)
})

test('the same network gives the same model', async () => {
  const model = between((n, x) => n.conv(x, [6, 8, 3, 3]))
  const [first, second] = [await quantizeNetwork(model), await quantizeNetwork(model)]
  expect(second.calibration).toEqual(first.calibration)
})
