/** How long one picture takes: float beside INT8, in turn, so that what else the machine does meets both. */
import { loadModel } from '../../src/files/load-model.ts'
import type { Tensor } from '../../src/ir/tensor.ts'
import { toQuantizedInput } from '../../src/prepare/quantized-input.ts'
import { openSession } from '../../src/runtime/session.ts'
import { readFacts } from '../../src/stages/artefacts.ts'
import { median } from '../median.ts'

export interface Latency {
  /** Median milliseconds at level `all`, two threads. */
  floatMs: number
  int8Ms: number
}

const THREADS = 2
const LEAST_RUNS = 7
const MOST_RUNS = 61
/** Milliseconds after which no more runs are started. */
const PATIENCE = 4000

/** @param feeds one sample as the float model takes it */
export async function measureLatency(
  files: { original: string; quantized: string },
  feeds: ReadonlyMap<string, Tensor>,
): Promise<Latency> {
  const { inputs, march } = readFacts(loadModel(files.quantized))!
  const codes = new Map(
    inputs.map((input) => [input.name, toQuantizedInput(feeds.get(input.name)!, input, march)] as const),
  )
  const options = { level: 'all', threads: THREADS } as const
  const pairs = [
    { session: await openSession(files.original, options), feeds, times: [] as number[] },
    { session: await openSession(files.quantized, options), feeds: codes, times: [] as number[] },
  ]
  for (const pair of pairs) await pair.session.run(pair.feeds)
  const started = performance.now()
  for (let run = 0; run < MOST_RUNS && (run < LEAST_RUNS || performance.now() - started < PATIENCE); run++) {
    for (const pair of pairs) {
      const begun = performance.now()
      await pair.session.run(pair.feeds)
      pair.times.push(performance.now() - begun)
    }
  }
  for (const { session } of pairs) await session.release()
  const [floatMs, int8Ms] = pairs.map(({ times }) => median(times))
  return { floatMs, int8Ms }
}
