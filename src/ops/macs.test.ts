import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { int, ints } from '../ir/node.ts'
import { inferTypes } from './infer.ts'
import { macs } from './macs.ts'

test('multiply-accumulate operations by hand', () => {
  const net = new Network()
  const x = net.input('x', [1, 4, 8, 8])
  const conv = net.conv(x, [6, 4, 3, 3]) // 6 x 6 x 6 outputs, 36 each
  const depthwise = net.conv(conv, [6, 1, 1, 1], { group: int(6) }) // 216 outputs, 1 each
  const wide = net.node('ConvTranspose', [depthwise, net.random([6, 2, 2, 2])], { strides: ints([2, 2]) }) // 216 inputs, 8 each
  const flat = net.node('Flatten', [wide])
  const last = net.node('Gemm', [flat, net.random([5, 288]), net.random([5])], { transB: int(1) }) // 5 outputs, 288 each
  net.output(last)
  const { graph } = net.model()
  inferTypes(graph)
  expect(graph.sorted().map((node) => [node.opType, macs(graph, node)])).toEqual([
    ['Conv', 7776],
    ['Conv', 216],
    ['ConvTranspose', 1728],
    ['Flatten', 0],
    ['Gemm', 1440],
  ])
})
