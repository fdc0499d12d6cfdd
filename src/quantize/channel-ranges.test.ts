import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { rms, runAt } from '../../test/support/quantized-network.ts'
import { randomFeeds } from '../../test/support/random.ts'
import { type Attribute, ints } from '../ir/node.ts'
import type { Model } from '../ir/model.ts'
import { applyChannelRanges, channelRanges, rangedTensors } from './channel-ranges.ts'
import { placeQuantizers } from './place.ts'
import type { QuantizationPlan } from './plan.ts'

const group = (value: number): Record<string, Attribute> => ({ group: { type: 'int', value } })

const place = (model: Model): QuantizationPlan =>
  placeQuantizers(model.graph, { accelerated: () => true, levels: () => 127, preprocessRange: () => undefined })

/** Conv -> activation -> depthwise Conv -> Conv; `extra` may add readers of the depthwise Conv's input. */
function depthwise({
  activation = 'Relu',
  multiplier = 1,
  batch = 1,
  bias = true,
  extra = () => {},
}: {
  activation?: 'Relu' | 'Relu6' | 'none'
  multiplier?: number
  batch?: number
  bias?: boolean
  extra?: (network: Network, x: string) => void
}): { model: Model; tensor: string } {
  const network = new Network(3)
  const x = network.input('x', [batch, 3, 6, 6])
  const head = network.node('Conv', [x, network.random([4, 3, 3, 3]), ...(bias ? [network.random([4])] : [])])
  let tensor = head
  if (activation === 'Relu') tensor = network.node('Relu', [head])
  if (activation === 'Relu6') tensor = network.node('Clip', [head, network.floats([0], []), network.floats([6], [])])
  const wise = network.conv(tensor, [4 * multiplier, 1, 3, 3], { ...group(4), pads: ints([1, 1, 1, 1]) })
  network.output(network.conv(wise, [2, 4 * multiplier, 1, 1]))
  extra(network, tensor)
  return { model: network.model(), tensor }
}

describe('which tensors have ranges per channel', () => {
  const found = ({ model }: { model: Model }): ReturnType<typeof rangedTensors> =>
    rangedTensors(model.graph, place(model))
  const ranged = (network: { model: Model }): string[] =>
    [...found(network)].flatMap(([tensor, { behind }]) => (behind === 'depthwise' ? [tensor] : []))

  test('those between a Conv and depthwise Convs, whatever the activation', () => {
    for (const activation of ['Relu', 'Relu6', 'none'] as const) {
      for (const multiplier of [1, 2]) {
        const network = depthwise({ activation, multiplier })
        expect(ranged(network)).toEqual([network.tensor])
      }
    }
  })

  test('those between dense Convs, too, and of both kinds', () => {
    const both = depthwise({ extra: (network, x) => network.output(network.conv(x, [1, 4, 1, 1])) })
    expect([...found(both)].map(([, { behind }]) => behind)).toEqual(['dense', 'dense'])
    const grouped = depthwise({ extra: (network, x) => network.output(network.conv(x, [2, 2, 1, 1], group(2))) })
    expect(found(grouped).has(grouped.tensor)).toBe(false)
  })

  test('none that another operator reads, that is an output, or that holds several samples', () => {
    expect(ranged(depthwise({ extra: (network, x) => network.output(network.conv(x, [1, 4, 1, 1])) }))).toEqual([])
    expect(ranged(depthwise({ extra: (network, x) => network.output(x) }))).toEqual([])
    expect(ranged(depthwise({ batch: 2 }))).toEqual([])
  })
})

test('each channel is stretched to the largest value, or to the bound of its Clip, at most 16 times', () => {
  const free = depthwise({})
  // 8 / 8, 4 / 8, 0.1 / 8 = 1/80 and a silent channel: both stop at 1/16
  const maxima = new Map([[free.tensor, Float64Array.of(8, 4, 0.1, 0)]])
  expect([...channelRanges(place(free.model), maxima).get(free.tensor)!]).toEqual([1, 0.5, 1 / 16, 1 / 16])
  const bounded = depthwise({ activation: 'Relu6' })
  const below = new Map([[bounded.tensor, Float64Array.of(3, 3, 1.5, 6)]])
  expect([...channelRanges(place(bounded.model), below).get(bounded.tensor)!]).toEqual([0.5, 0.5, 0.25, 1])
  expect(channelRanges(place(free.model), new Map([[free.tensor, Float64Array.of(2, 2, 2, 2)]])).size).toBe(0)
})

test.each(['depthwise', 'dense'] as const)(
  'moving ranges into weights and biases before %s Convs changes no output',
  async (behind) => {
    const activation = fc.constantFrom('Relu' as const, 'none' as const)
    const r = fc.float({ min: 1 / 16, max: 1, noNaN: true })
    await fc.assert(
      fc.asyncProperty(
        activation,
        fc.constantFrom(1, 2),
        fc.boolean(),
        fc.array(r, { minLength: 4, maxLength: 4 }),
        async (kind, multiplier, bias, values) => {
          const extra = (network: Network, x: string): void => network.output(network.conv(x, [3, 4, 3, 3]))
          const { model, tensor } = depthwise({
            activation: kind,
            multiplier,
            bias,
            ...(behind === 'dense' ? { extra } : {}),
          })
          const ranged = applyChannelRanges(model, place(model), new Map([[tensor, Float32Array.from(values)]]))
          const feeds = randomFeeds(model.graph, 5, -3, 3)
          const after = await runAt(ranged, 'disabled', feeds)
          for (const [name, before] of await runAt(model, 'disabled', feeds)) {
            expect(rms(before, after.get(name)!)).toBeLessThan(1e-5)
          }
        },
      ),
      { numRuns: 20 },
    )
  },
)

test('behind a Clip, outputs stay while channels stay below their maxima', async () => {
  const { model, tensor } = depthwise({ activation: 'Relu6' })
  const feeds = randomFeeds(model.graph, 5, -1, 1)
  const observed = { ...model, graph: model.graph.clone() }
  observed.graph.outputs = [{ name: tensor, dtype: 'float32', shape: [1, 4, 4, 4] }]
  const values = (await runAt(observed, 'disabled', feeds)).get(tensor)!.floats()
  const maxima = Float64Array.from({ length: 4 }, (_, c) => Math.max(...values.subarray(c * 16, (c + 1) * 16)))
  const ranges = channelRanges(place(model), new Map([[tensor, maxima]]))
  expect(ranges.get(tensor)!.some((value) => value < 0.9)).toBe(true)
  const [before] = (await runAt(model, 'disabled', feeds)).values()
  const [after] = (await runAt(applyChannelRanges(model, place(model), ranges), 'disabled', feeds)).values()
  expect(rms(before, after)).toBeLessThan(1e-5)
})
