import { expect, test } from 'vitest'
import { Network } from '../../../test/support/network.ts'
import { generator } from '../../../test/support/random.ts'
import { int, ints, string } from '../../ir/node.ts'
import { elementCount, Tensor } from '../../ir/tensor.ts'
import type { Model } from '../../ir/model.ts'
import type { Values } from './measure.ts'
import { judgedValues, recogniseOutputs } from './recognise.ts'

/** Results around 0, or around what `level` says for a value's channel. */
function results(model: Model, level: (value: string, channel: number) => number = () => 0): Values {
  const next = generator(3)
  return new Map(
    judgedValues(model.graph).map((value) => {
      const shape = model.graph.shape(value)!
      const inner = elementCount(shape.slice(2))
      const data = Array.from(
        { length: elementCount(shape) },
        (_, i) => level(value, Math.floor(i / inner) % shape[1]) + next() - 0.5,
      )
      return [value, Tensor.float32(shape, data)]
    }),
  )
}

const recognised = (model: Model, level?: (value: string, channel: number) => number) =>
  recogniseOutputs(model.graph, [results(model, level)])

function network(): { net: Network; x: string } {
  const net = new Network()
  return { net, x: net.input('x', [1, 3, 16, 16]) }
}

test('a Softmax over one vector is a classifier, judged by its logits', () => {
  const { net, x } = network()
  const logits = net.conv(net.node('GlobalAveragePool', [x]), [10, 3, 1, 1])
  const vector = net.node('Flatten', [logits])
  net.output(net.node('Softmax', [vector], { axis: int(1) }))
  const [measure] = recognised(net.model())
  expect([measure.kind, measure.values]).toEqual(['classifier', [vector]])
  expect(measure.title).not.toContain('relative')
})

test('a bare vector may be an embedding', () => {
  const { net, x } = network()
  net.output(net.node('Flatten', [net.conv(net.node('GlobalAveragePool', [x]), [10, 3, 1, 1])]))
  const [measure] = recognised(net.model())
  expect(measure.kind).toBe('classifier')
  expect(measure.title).toContain('relative')
})

test('an ArgMax is judged by the logits before the resize', () => {
  const { net, x } = network()
  const logits = net.conv(x, [5, 3, 1, 1])
  const sizes = net.int64([1, 5, 32, 32])
  const resized = net.node('Resize', [logits, '', '', sizes], { mode: string('linear') })
  net.output(net.node('ArgMax', [net.node('Transpose', [resized], { perm: ints([0, 2, 3, 1]) })], { axis: int(3) }))
  const [measure] = recognised(net.model())
  expect([measure.kind, measure.values]).toEqual(['class-map', [logits]])
})

test('a lone map of many channels is a segmentation, also where rare classes have low logits; of few channels it is not', () => {
  const logits = (channels: number): Model => {
    const { net, x } = network()
    net.output(net.conv(x, [channels, 3, 1, 1]))
    return net.model()
  }
  expect(recognised(logits(8))[0].kind).toBe('class-map')
  expect(recognised(logits(8), (_, channel) => (channel > 3 ? -6 : 2))[0].kind).toBe('class-map')
  expect(recognised(logits(2))[0].kind).toBe('relative')
})

test('scores behind a Sigmoid and boxes beside them, whatever arranges them', () => {
  const { net, x } = network()
  const boxes = net.conv(x, [4, 3, 1, 1])
  const scores = net.node('Sigmoid', [net.conv(x, [7, 3, 1, 1])])
  const joined = net.node('Concat', [boxes, scores], { axis: int(1) })
  const rows = net.node('Reshape', [joined, net.int64([1, 11, 256])])
  net.output(net.node('Transpose', [rows], { perm: ints([0, 2, 1]) }))
  const measures = recognised(net.model())
  expect(measures.map(({ kind, values }) => [kind, values])).toEqual([
    ['detector', [scores]],
    ['detector', [boxes]],
  ])
})

test('raw heads: channels with a median below -3 are logits, the four before them boxes', () => {
  const { net, x } = network()
  // two anchors of 4 + 1 + 2 channels on two scales
  net.output(net.conv(x, [14, 3, 1, 1]), net.conv(x, [14, 3, 1, 1], { strides: ints([2, 2]) }))
  const measures = recognised(net.model(), (_, channel) => (channel % 7 < 4 ? 0 : -8))
  expect(measures.map((measure) => measure.kind)).toEqual(['detector', 'detector'])
  // a class that is common on the calibration pictures stays a score
  const common = recognised(net.model(), (_, channel) => (channel % 7 < 4 ? 0 : channel % 7 === 6 ? -2 : -8))
  expect(common.map((measure) => measure.kind)).toEqual(['detector', 'detector'])
})

test('two maps without scores are judged by their relative error', () => {
  const { net, x } = network()
  net.output(net.conv(x, [8, 3, 1, 1]), net.conv(x, [8, 3, 1, 1], { strides: ints([2, 2]) }))
  expect(recognised(net.model()).map((measure) => measure.kind)).toEqual(['relative', 'relative'])
})

test('whoever knows better says so', () => {
  const { net, x } = network()
  const output = net.conv(x, [8, 3, 1, 1])
  net.output(output)
  const model = net.model()
  const [measure] = recogniseOutputs(model.graph, [results(model)], new Map([[output, 'relative']]))
  expect(measure.kind).toBe('relative')
})
