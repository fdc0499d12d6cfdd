/** What the passes make of a small network, with the proof that it still computes the same. */
import { expect } from 'vitest'
import type { Model } from '../../src/ir/model.ts'
import { verifyGraph } from '../../src/ir/verify.ts'
import { silent } from '../../src/reporter.ts'
import { optimizeStage } from '../../src/stages/optimize.ts'
import { engine, runAt } from './quantized-network.ts'
import { randomFeeds } from './random.ts'

/** Operators of the optimized graph in order. Outputs are compared before and after at `disabled`, to 1e-4 of their range. */
export async function optimizedOperators(model: Model): Promise<string> {
  const result = await optimizeStage(model, { engine, reporter: silent, debug: false })
  verifyGraph(result.graph, 'test')
  const feeds = randomFeeds(model.graph, 11, -2, 2)
  const before = await runAt(model, 'disabled', feeds)
  const after = await runAt(result, 'disabled', feeds)
  expect([...after.keys()]).toEqual([...before.keys()])
  for (const [name, expected] of before) {
    const actual = after.get(name)!
    expect([actual.dtype, ...actual.shape]).toEqual([expected.dtype, ...expected.shape])
    const [x, y] = [expected.numbers(), actual.numbers()]
    const range = Math.max(1e-3, ...x.map(Math.abs))
    expect(Math.max(0, ...x.map((value, i) => Math.abs(value - y[i]) / range))).toBeLessThan(1e-4)
  }
  return result.graph
    .sorted()
    .map((node) => node.opType)
    .join(' ')
}
