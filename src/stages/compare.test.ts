import { expect, test } from 'vitest'
import { countingEngine } from '../../test/support/counting-engine.ts'
import { Network } from '../../test/support/network.ts'
import { quantizeNetwork } from '../../test/support/quantized-network.ts'
import { readFacts } from './artefacts.ts'
import { compareModels } from './compare.ts'
import { quantizeStage } from './quantize.ts'

const BYTES = 4 * 8 * 8 * 8

test('a comparison in several batches gives the figures of one, and fetches no more at once than a batch', async () => {
  const net = new Network(6)
  let value = net.input('x', [1, 8, 8, 8])
  for (let i = 0; i < 6; i++) value = net.node('Relu', [net.conv(value, [8, 8, 1, 1])])
  net.output(value)
  const { calibrated, feeds } = await quantizeNetwork(net.model())
  const { optimized, quantized, plan } = quantizeStage(calibrated, readFacts(calibrated)!)
  const compare = async (leastBatch?: number) => {
    const { engine, opened } = countingEngine()
    const comparison = await compareModels(engine, optimized, optimized, plan, quantized, feeds, feeds, leastBatch)
    return { comparison, fetched: opened.map((names) => names.length) }
  }
  const whole = await compare()
  const batched = await compare(2 * BYTES)
  expect(batched.comparison).toEqual(whole.comparison)
  expect(whole.comparison.nodes.filter(({ cosine }) => cosine !== undefined && cosine > 0.99)).toHaveLength(6)
  // Float and quantized model in turn, at last the outputs alone; the network's own output comes along with each batch.
  expect(whole.fetched).toHaveLength(4)
  expect(batched.fetched).toHaveLength(8)
  expect(Math.max(...batched.fetched)).toBeLessThanOrEqual(3)
})
