/** Few calibration samples: each picture serves once more as its mirror image. */
import type { ResolvedInput } from '../config/types.ts'
import { Tensor } from '../ir/tensor.ts'
import { channelView } from '../quantize/weights.ts'
import type { SampleSource } from './collect.ts'

/** The samples, then their mirror images (picture inputs flipped left to right, others as they are). */
export function withMirrored(samples: SampleSource, inputs: readonly ResolvedInput[]): SampleSource {
  const columns = new Map(
    inputs
      .filter((input) => input.typeTrain !== 'featuremap')
      .map((input) => [input.name, input.layoutTrain === 'NHWC' ? 2 : 3]),
  )
  return {
    count: 2 * samples.count,
    names: [...samples.names, ...samples.names.map((name) => `${name} (mirrored)`)],
    async read(index) {
      const values = await samples.read(index % samples.count)
      if (index < samples.count) return values
      return new Map(
        [...values].map(([name, tensor]) => {
          const axis = columns.get(name)
          return [name, axis === undefined ? tensor : mirror(tensor, axis)]
        }),
      )
    },
  }
}

function mirror(tensor: Tensor, axis: number): Tensor {
  const { outer, channels: columns, inner } = channelView(tensor.shape, axis)
  const from = tensor.floats()
  const to = new Float32Array(from.length)
  for (let o = 0; o < outer; o++) {
    for (let column = 0; column < columns; column++) {
      const source = (o * columns + (columns - 1 - column)) * inner
      to.set(from.subarray(source, source + inner), (o * columns + column) * inner)
    }
  }
  return Tensor.float32(tensor.shape, to)
}
