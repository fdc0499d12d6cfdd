/** Judging candidates by the model's outputs, on samples they were not made from. */
import type { Engine, EngineSession } from '../engine.ts'
import type { Model } from '../ir/model.ts'
import type { SampleSource } from './collect.ts'
import { outputSimilarity } from './similarity.ts'

/**
 * For each candidate: the lowest, over the outputs, of the mean similarity over the samples to the reference model.
 * All models run at `basic`; memory is one sample's outputs.
 */
export async function judge(
  engine: Engine,
  reference: Model,
  candidates: readonly Model[],
  samples: SampleSource,
  indices: readonly number[],
  onSample: (done: number) => void,
): Promise<number[]> {
  const sessions: EngineSession[] = []
  const outputs = reference.graph.outputs.map((info) => info.name)
  const sums = candidates.map(() => outputs.map(() => 0))
  try {
    for (const model of [reference, ...candidates]) sessions.push(await engine.open(model, 'basic'))
    for (const [done, index] of indices.entries()) {
      const feeds = await samples.read(index)
      const expected = await sessions[0].run(feeds)
      for (const [c, session] of sessions.slice(1).entries()) {
        const actual = await session.run(feeds)
        for (const [o, name] of outputs.entries()) {
          sums[c][o] += outputSimilarity(expected.get(name)!, actual.get(name)!)
        }
      }
      onSample(done + 1)
    }
  } finally {
    for (const session of sessions) await session.release()
  }
  return sums.map((byOutput) => Math.min(...byOutput.map((sum) => sum / indices.length)))
}

/** First 80 % of the samples for statistics, the rest for judging; fewer than 3 samples serve as both. */
export function splitSamples(count: number): { statistics: number[]; judging: number[]; shared: boolean } {
  const all = Array.from({ length: count }, (_, i) => i)
  if (count < 3) return { statistics: all, judging: all, shared: true }
  const cut = Math.min(count - 1, Math.max(1, Math.floor(count * 0.8)))
  return { statistics: all.slice(0, cut), judging: all.slice(cut), shared: false }
}
