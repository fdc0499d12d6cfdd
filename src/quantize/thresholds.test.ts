import { describe, expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { Histogram } from '../calibrate/histogram.ts'
import type { Statistics } from '../calibrate/collect.ts'
import type { Graph } from '../ir/graph.ts'
import { int, ints } from '../ir/node.ts'
import { Groups } from './groups.ts'
import { type Levels, type QuantizationPlan, scaleOf } from './plan.ts'
import { placeQuantizers } from './place.ts'
import { chooseThresholds, observedTensors, requantizedBranches } from './thresholds.ts'

const MAX = { name: 'max' } as const

function place(graph: Graph, fixed: Readonly<Record<string, number>> = {}, levels: Levels = 127): QuantizationPlan {
  return placeQuantizers(graph, {
    accelerated: () => true,
    levels: () => levels,
    preprocessRange: (tensor) => (tensor in fixed ? { min: -fixed[tensor], max: fixed[tensor] } : undefined),
  })
}

/** Statistics in which each tensor reached the given value. */
function reached(values: Readonly<Record<string, number>>): Statistics {
  return new Map(
    Object.entries(values).map(([tensor, value]) => {
      const histogram = new Histogram()
      histogram.add(Float32Array.of(value))
      return [tensor, histogram]
    }),
  )
}

describe('groups', () => {
  test('joined tensors have one representative: that of the first', () => {
    const groups = new Groups()
    groups.join('a', 'b')
    groups.join('c', 'd')
    groups.join('b', 'd')
    expect(['a', 'b', 'c', 'd', 'e'].map((tensor) => groups.find(tensor))).toEqual(['a', 'a', 'a', 'a', 'e'])
    groups.join('d', 'a')
    expect(groups.find('c')).toBe('a')
  })
})

test('a scale is the threshold over the largest code, in float32', () => {
  expect(scaleOf(127, 127)).toBe(1)
  expect(scaleOf(2.54, 127)).toBe(Math.fround(Math.fround(2.54) / 127))
  expect(scaleOf(1, 32767)).toBe(Math.fround(1 / 32767))
})

describe('one threshold through operators that move values', () => {
  const network = new Network()
  const head = network.conv(network.input('x', [1, 2, 8, 8]), [2, 2, 1, 1])
  const pooled = network.node('MaxPool', [head], { kernel_shape: ints([2, 2]) })
  network.output(network.conv(pooled, [2, 2, 1, 1]))
  const { graph } = network.model()

  test('the input of a MaxPool decides; its output is not observed', () => {
    const plan = place(graph)
    expect(observedTensors(plan)).toEqual(['x', head])
    const thresholds = chooseThresholds(plan, reached({ x: 1, [head]: -3 }), MAX)
    expect([...thresholds]).toEqual([
      ['x', 1],
      [head, 3],
      [pooled, 3],
    ])
  })

  test('a fixed threshold holds for the group and needs no data', () => {
    const plan = place(graph, { [head]: 5 })
    expect(observedTensors(plan)).toEqual(['x'])
    expect([...chooseThresholds(plan, reached({ x: 1 }), MAX).values()]).toEqual([1, 5, 5])
  })

  test('a tensor that was always 0 gets 1', () => {
    expect([...chooseThresholds(place(graph), reached({ x: 0, [head]: 0 }), MAX).values()]).toEqual([1, 1, 1])
  })
})

describe('Concat', () => {
  const network = new Network()
  const x = network.input('x', [1, 2, 4, 4])
  const left = network.conv(x, [2, 2, 1, 1])
  const right = network.conv(x, [2, 2, 1, 1])
  const joined = network.node('Concat', [left, right], { axis: int(1) })
  network.output(network.conv(joined, [2, 4, 1, 1]))
  const { graph } = network.model()
  const plan = place(graph)
  const choose = (a: number, b: number) => {
    const thresholds = chooseThresholds(plan, reached({ x: 1, [left]: a, [right]: b, [joined]: Math.max(a, b) }), MAX)
    return { values: [left, right, joined].map((tensor) => thresholds.get(tensor)), thresholds }
  }

  test('branches up to a factor of 4 share the larger threshold', () => {
    const { values, thresholds } = choose(1, 4)
    expect(values).toEqual([4, 4, 4])
    expect(requantizedBranches(plan, thresholds)).toEqual([])
  })

  test('beyond it they keep their own, and the smaller one is requantized', () => {
    const { values, thresholds } = choose(1, 4.5)
    expect(values).toEqual([1, 4.5, 4.5])
    expect(requantizedBranches(plan, thresholds)).toEqual([left])
  })

  test('a branch with a fixed threshold shares with none', () => {
    const network2 = new Network()
    const input = network2.input('x', [1, 2, 4, 4])
    const gate = network2.node('Sigmoid', [network2.conv(input, [2, 2, 1, 1])])
    const other = network2.conv(input, [2, 2, 1, 1])
    const both = network2.node('Concat', [gate, other], { axis: int(1) })
    network2.output(network2.conv(both, [2, 4, 1, 1]))
    const thresholds = chooseThresholds(place(network2.model().graph), reached({ x: 1, [other]: 2, [both]: 2 }), MAX)
    expect([gate, other, both].map((tensor) => thresholds.get(tensor))).toEqual([1, 2, 2])
  })
})

describe('caps', () => {
  const network = new Network()
  const x = network.input('x', [1, 2, 4, 4])
  const clipped = network.node('Clip', [
    network.conv(x, [2, 2, 1, 1]),
    network.floats([0], []),
    network.floats([6], []),
  ])
  network.output(network.conv(clipped, [2, 2, 1, 1]))
  const { graph } = network.model()

  test('a fused Clip bounds the threshold, and never raises it', () => {
    const plan = place(graph)
    expect(chooseThresholds(plan, reached({ x: 1, [clipped]: 9 }), MAX).get(clipped)).toBe(6)
    expect(chooseThresholds(plan, reached({ x: 1, [clipped]: 2 }), MAX).get(clipped)).toBe(2)
  })

  test('codes are nonnegative behind it, and not before', () => {
    const plan = place(graph)
    expect([...plan.quantizers.values()].map(({ tensor, nonNegative }) => [tensor, nonNegative])).toEqual([
      ['x', false],
      [clipped, true],
    ])
  })
})
