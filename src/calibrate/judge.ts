/** Judging candidates by the model's outputs, on samples they were not made from. */
import type { Engine, EngineSession } from '../engine.ts'
import type { Graph } from '../ir/graph.ts'
import type { Model } from '../ir/model.ts'
import type { SampleSource } from './collect.ts'
import { withOutputs } from './observe.ts'
import { outputSimilarity } from './similarity.ts'

/** Operators that change the form of a result, not its values. */
const FORM: readonly string[] = ['Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'Identity']

/**
 * What an output is judged by: itself, or what enters its final Softmax. Probabilities saturate: on 20 pictures most are near
 * 0 or 1 in every candidate, and a few doubtful ones decide. The logits order candidates of MobileNetV1 on 20 pictures as the
 * divergence on 400 does, the probabilities do not.
 */
export function judgedValue(graph: Graph, output: string): string {
  let value = output
  for (;;) {
    const node = graph.producer(value)
    if (node?.is('Softmax', 'LogSoftmax')) return node.inputs[0]
    if (!node?.is(...FORM)) return output
    value = node.inputs[0]
  }
}

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
  const outputs = [...new Set(reference.graph.outputs.map((info) => judgedValue(reference.graph, info.name)))]
  const sums = candidates.map(() => outputs.map(() => 0))
  try {
    for (const model of [reference, ...candidates])
      sessions.push(await engine.open(withOutputs(model, outputs), 'basic'))
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
