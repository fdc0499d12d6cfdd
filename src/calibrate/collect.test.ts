import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { countingEngine } from '../../test/support/counting-engine.ts'
import { randomFeeds } from '../../test/support/random.ts'
import { collectStatistics } from './collect.ts'
import { Histogram } from './histogram.ts'

const BYTES = 4 * 8 * 8 * 8

test('statistics made in parts are those of one journey, and no run looks at more than the bound', async () => {
  const net = new Network(5)
  const tensors = [net.input('x', [1, 8, 8, 8])]
  for (let i = 0; i < 5; i++) {
    tensors.push(net.node('Relu', [net.conv(tensors.at(-1)!, [8, 8, 1, 1])]))
  }
  net.output(tensors.at(-1)!)
  const model = net.model()
  const samples = {
    count: 3,
    names: ['a', 'b', 'c'],
    read: (index: number) => Promise.resolve(randomFeeds(model.graph, index)),
  }
  const collect = async (bytesAtOnce?: number) => {
    const { engine, opened } = countingEngine()
    const told: number[] = []
    const statistics = await collectStatistics(
      engine,
      model,
      tensors,
      samples,
      [2, 0, 1],
      (done) => told.push(done),
      () => new Histogram(),
      bytesAtOnce,
    )
    return { statistics, opened, told }
  }
  const whole = await collect()
  expect(whole.opened).toEqual([tensors.slice(1)])
  expect(whole.told).toEqual([1, 2, 3])
  const parts = await collect(2 * BYTES)
  expect(parts.opened).toEqual([tensors.slice(1, 3), tensors.slice(3, 5), tensors.slice(5)])
  expect(parts.told).toEqual([0, 0, 1, 1, 1, 2, 2, 2, 3])
  expect(parts.statistics).toEqual(whole.statistics)
  expect([...whole.statistics.values()].map(({ count }) => count)).toEqual(tensors.map(() => 3 * 512))
})
