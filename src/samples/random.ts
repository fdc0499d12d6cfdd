/** Seeded random samples for `calibration_type: skip`: speed trials, where accuracy does not matter. */
import type { SampleSource } from '../calibrate/collect.ts'
import type { ResolvedInput } from '../config/types.ts'
import { elementCount, Tensor } from '../ir/tensor.ts'

const COUNT = 4

export function randomSamples(inputs: readonly ResolvedInput[]): SampleSource {
  return {
    count: COUNT,
    names: Array.from({ length: COUNT }, (_, i) => `random ${i}`),
    doubts: ['calibration_type: skip takes random values'],
    read(index) {
      let state = index + 1
      const next = (): number => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return state / 2 ** 32
      }
      const sample = inputs.map((input): [string, Tensor] => {
        const image = input.typeTrain !== 'featuremap'
        const values = Float32Array.from({ length: elementCount(input.shape) }, () =>
          image ? Math.floor(next() * 256) - 128 : next() * 2 - 1,
        )
        return [input.name, Tensor.float32(input.shape, values)]
      })
      return Promise.resolve(new Map(sample))
    },
  }
}
