import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { place, quantizeCentred } from '../../test/support/quantize-centred.ts'
import { fusedOperators, proveFully, runAt } from '../../test/support/quantized-network.ts'
import type { Model } from '../ir/model.ts'
import { int, ints, string } from '../ir/node.ts'
import { MARCHES } from '../config/types.ts'
import { placeNodes } from '../targets/place.ts'
import { centrableTensors } from './centred-codes.ts'
import { centredCodes } from './plan.ts'

type Readers = (network: Network, x: string) => string

/** Conv -> Relu -> readers -> Conv. */
function network(readers: Readers): Model {
  const net = new Network(5)
  const x = net.node('Relu', [net.conv(net.input('x', [1, 3, 9, 8]), [6, 3, 3, 3])])
  net.output(net.conv(readers(net, x), [2, 6, 1, 1]))
  return net.model()
}

const depthwise = (net: Network, x: string, pads: readonly number[]): string =>
  net.conv(x, [6, 1, 3, 3], { group: int(6), pads: ints(pads) })

const padded: [name: string, pads: number, readers: Readers][] = [
  ['a padded depthwise Conv', 1, (net, x) => depthwise(net, x, [1, 1, 1, 1])],
  ['pads of four sizes', 1, (net, x) => depthwise(net, x, [0, 1, 2, 3])],
  ['SAME_UPPER', 1, (net, x) => net.conv(x, [6, 6, 3, 3], { auto_pad: string('SAME_UPPER'), strides: ints([2, 2]) })],
  [
    'two readers with the same pads share one',
    1,
    (net, x) => net.node('Add', [depthwise(net, x, [1, 1, 1, 1]), depthwise(net, x, [1, 1, 1, 1])]),
  ],
  [
    'two readers with other pads, and one without',
    2,
    (net, x) =>
      net.node('Add', [
        net.node('Add', [depthwise(net, x, [1, 1, 1, 1]), net.conv(x, [6, 6, 5, 5], { pads: ints([2, 2, 2, 2]) })]),
        net.conv(x, [6, 6, 1, 1]),
      ]),
  ],
]

test.each(padded)('%s: exact, fused, and closer to float', async (_, pads, readers) => {
  const model = network(readers)
  const [plain, centred] = [await quantizeCentred(model, false), await quantizeCentred(model, true)]
  const nodes = centred.quantized.graph.nodes
  expect(nodes.filter((node) => node.is('Pad'))).toHaveLength(pads)
  expect(plain.quantized.graph.nodes.filter((node) => node.is('Pad'))).toHaveLength(0)
  expect((await proveFully(centred)).summary).toContain('integer arithmetic proven')
  const [before, after] = [await fusedOperators(plain.quantized), await fusedOperators(centred.quantized)]
  expect(after['QLinearConv']).toBe(before['QLinearConv'])
  const float = [...(await runAt(model, 'basic', plain.feeds)).values()][0].floats()
  const error = async ({ quantized, feeds }: typeof plain): Promise<number> => {
    const [output] = [...(await runAt(quantized, 'all', feeds)).values()]
    return output.floats().reduce((sum, y, i) => sum + (y - float[i]) ** 2, 0)
  }
  expect(await error(centred)).toBeLessThan(await error(plain))
})

test('a tensor that something else reads has no centred codes', () => {
  const model = network((net, x) => net.node('Add', [depthwise(net, x, [1, 1, 1, 1]), x]))
  expect([...centrableTensors(model.graph, place(model)).keys()]).not.toContain(model.graph.nodes[1].outputs[0])
})

test('every march pads images on the accelerator', () => {
  const net = new Network(1)
  const sizes = net.int64([0, 0, 1, 1, 0, 0, 1, 1])
  net.output(net.conv(net.node('Pad', [net.conv(net.input('x', [1, 3, 8, 8]), [4, 3, 1, 1]), sizes]), [4, 4, 3, 3]))
  const { graph } = net.model()
  for (const march of MARCHES)
    expect([...placeNodes(graph, march).values()].map(({ on }) => on)).toEqual(['BPU', 'BPU', 'BPU'])
})

test('a product of two activations meets the constant with data: no centred codes', () => {
  const net = new Network(2)
  const rows = net.node('Relu', [net.conv(net.input('x', [1, 4, 4, 4]), [4, 4, 1, 1])])
  const product = net.node('MatMul', [rows, net.conv('x', [4, 4, 1, 1])])
  net.output(net.conv(product, [2, 4, 1, 1]))
  const model = net.model()
  expect([...centrableTensors(model.graph, place(model)).keys()]).not.toContain(rows)
})

test('centred codes follow the threshold, down to those of int8', () => {
  const swish = { nonNegative: false, bound: 0.2785 }
  // 255 - ceil(255 * 0.2785 / (T + 0.2785)): 6 -> 243, 2.1 -> 225; 0.2 -> 106, fewer than int8 has
  expect([6, 2.1, 0.2].map((threshold) => centredCodes(swish, threshold))).toEqual([243, 225, 127])
  expect(centredCodes({ nonNegative: true, bound: undefined }, 3)).toBe(255)
  expect(centredCodes({ nonNegative: false, bound: undefined }, 3)).toBe(127)
})
