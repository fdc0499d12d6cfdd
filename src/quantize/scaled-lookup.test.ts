import { describe, expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { place, quantizeCentred } from '../../test/support/quantize-centred.ts'
import { fusedOperators, proveFully, runAt } from '../../test/support/quantized-network.ts'
import { randomFeeds } from '../../test/support/random.ts'
import { HORIZON_DOMAIN, int, ints } from '../ir/node.ts'
import type { Model } from '../ir/model.ts'
import { SWISH_FUNCTION } from '../passes/recognise-swish.ts'
import { applyChannelRanges, rangedTensors } from './channel-ranges.ts'
import { centrableTensors } from './centred-codes.ts'
import { centredLevels } from './plan.ts'

/** Conv -> look-up -> depthwise Conv -> look-up -> Conv 1x1 -> Conv: both look-ups have room for ranges. */
function network(opType: 'HzSwish' | 'HardSwish' | 'Mish'): { model: Model; tensors: string[] } {
  const net = new Network(9)
  const lookup = (x: string): string => {
    const y = net.node(opType, [x])
    if (opType === 'HzSwish') net.graph.producer(y)!.domain = HORIZON_DOMAIN
    return y
  }
  const head = net.conv(net.input('x', [1, 3, 8, 8]), [6, 3, 3, 3])
  const before = lookup(head)
  const wise = net.conv(before, [6, 1, 3, 3], { group: int(6), pads: ints([1, 1, 1, 1]) })
  const after = lookup(wise)
  net.output(net.conv(net.conv(after, [5, 6, 1, 1]), [2, 5, 1, 1]))
  const model = net.model()
  if (opType === 'HzSwish') model.functions.push(SWISH_FUNCTION)
  return { model, tensors: [head, before, wise, after] }
}

describe.each(['HzSwish', 'HardSwish', 'Mish'] as const)('%s', (opType) => {
  const ranged = (): { model: Model; changed: Model } => {
    const { model, tensors } = network(opType)
    const ranges = new Map(
      tensors
        .slice(0, 3)
        .map((tensor, i) => [tensor, Float32Array.from({ length: 6 }, (_, c) => 1 / (1 + ((c + i) % 4)))]),
    )
    return { model, changed: applyChannelRanges(model, place(model), ranges) }
  }

  test('ranges before and after it change no output', async () => {
    const { model, changed } = ranged()
    const feeds = randomFeeds(model.graph, 4, -3, 3)
    const [expected] = [...(await runAt(model, 'disabled', feeds)).values()]
    for (const level of ['disabled', 'basic', 'all'] as const) {
      const [actual] = [...(await runAt(changed, level, feeds)).values()]
      expect(Math.max(...actual.floats().map((y, i) => Math.abs(y - expected.floats()[i])))).toBeLessThan(1e-4)
    }
  })

  test('its tensors may have ranges wherever the neighbours absorb them', () => {
    const { model, tensors } = network(opType)
    const found = rangedTensors(model.graph, place(model))
    expect([...found.keys()].slice(0, 4)).toEqual(tensors)
    expect([...found.values()].slice(0, 4).map((kind) => kind.behind)).toEqual([
      'lookup',
      'depthwise',
      'lookup',
      'dense',
    ])
  })

  test.each([false, true])(
    'with ranges and centred codes (%s) the emitted graph is exact and fused',
    async (centre) => {
      const { changed } = ranged()
      const result = await quantizeCentred(changed, centre)
      const report = await proveFully(result)
      expect(report.summary).toContain('integer arithmetic proven')
      // the last Conv is a tail
      expect((await fusedOperators(result.quantized))['QLinearConv']).toBe(3)
    },
  )
})

test('centred codes reach from the lowest value of a SiLU to the threshold', async () => {
  const { model, tensors } = network('HzSwish')
  expect([...centrableTensors(model.graph, place(model))]).toEqual([
    [tensors[1], { needsPad: true }],
    [tensors[3], { needsPad: false }],
  ])
  // T = 6: 255 - ceil(255 * 0.2785 / 6.2785) = 243; the lowest code is -12, -12 * 6 / 243 = -0.296
  expect(centredLevels(6, 0.2785)).toBe(243)
  const plain = await quantizeCentred(model, false)
  const centred = await quantizeCentred(model, true)
  const float = [...(await runAt(model, 'basic', plain.feeds)).values()][0].floats()
  const error = async ({ quantized, feeds }: typeof plain): Promise<number> => {
    const [output] = [...(await runAt(quantized, 'all', feeds)).values()]
    return output.floats().reduce((sum, y, i) => sum + (y - float[i]) ** 2, 0)
  }
  expect(await error(centred)).toBeLessThan(await error(plain))
})
