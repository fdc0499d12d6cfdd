/**
 * One journey through the calibration data: every observed tensor's histogram, streamed. Memory is a histogram per tensor
 * plus one sample's tensors, whatever the number of samples; where those are large, the journey is made once for each part of them.
 */
import type { Engine } from '../engine.ts'
import { DataError } from '../errors.ts'
import type { Model } from '../ir/model.ts'
import { Tensor } from '../ir/tensor.ts'
import { bytesOf, emptyTensor, groupsBelow, withOutputs } from './observe.ts'
import type { Histogram } from './histogram.ts'

/** Calibration samples as the float models want them: middle-type float32 tensors by input name. */
export interface SampleSource {
  readonly count: number
  /** File names, for the log. */
  readonly names: readonly string[]
  /** What looks wrong about the samples read so far, one sentence each. */
  readonly doubts?: readonly string[]
  read(index: number): Promise<ReadonlyMap<string, Tensor>>
}

const BYTES_AT_ONCE = 768 * 2 ** 20

export type Statistics = ReadonlyMap<string, Histogram>

/** Takes in the values of one tensor, sample after sample. */
export interface Observer {
  readonly min: number
  readonly max: number
  add(values: Float32Array): void
}

/**
 * Run the optimized float model over samples; every observed tensor goes through an observer of its own.
 *
 * @param tensors values of the graph to observe
 * @param indices which samples
 * @param onSample called after each sample with the number done
 * @param createObserver makes the observer of a tensor: a Histogram for calibration
 * @param bytesAtOnce values of one sample looked at in one run
 * @throws DataError DATA_NOT_FINITE when the model answers NaN or infinity
 */
export async function collectStatistics<T extends Observer>(
  engine: Engine,
  model: Model,
  tensors: readonly string[],
  samples: SampleSource,
  indices: readonly number[],
  onSample: (done: number) => void,
  createObserver: (tensor: string) => T,
  bytesAtOnce = BYTES_AT_ONCE,
): Promise<Map<string, T>> {
  const statistics = new Map(tensors.map((tensor) => [tensor, createObserver(tensor)]))
  const inputs = tensors.filter((tensor) => model.graph.isInput(tensor))
  const computed = tensors.filter((tensor) => !model.graph.isInput(tensor))
  // A single Conv behind the input needs no run at all.
  const parts = computed.length > 0 ? groupsBelow(computed, (tensor) => bytesOf(model, tensor), bytesAtOnce) : [[]]
  for (const [k, part] of parts.entries()) {
    const session = part.length > 0 ? await engine.open(withOutputs(model, part), 'basic') : undefined
    const results = new Map(part.map((tensor) => [tensor, emptyTensor(model, tensor)]))
    try {
      for (const [done, index] of indices.entries()) {
        const feeds = await samples.read(index)
        const values = session ? await session.run(feeds, results) : new Map<string, Tensor>()
        if (k === 0) for (const name of inputs) values.set(name, feeds.get(name)!)
        for (const [name, tensor] of values) observe(statistics.get(name)!, tensor, name, samples.names[index])
        onSample(Math.floor((k * indices.length + done + 1) / parts.length))
      }
    } finally {
      await session?.release()
    }
  }
  return statistics
}

function observe(observer: Observer, tensor: Tensor, name: string, sample: string): void {
  observer.add(tensor.floats())
  if (Number.isFinite(observer.min) && Number.isFinite(observer.max)) return
  throw new DataError('DATA_NOT_FINITE', `the float model computes NaN or infinity in '${name}'`, {
    where: sample,
    fix: 'check mean_value, scale_value and the data type of this sample; the float model itself fails on it',
  })
}
