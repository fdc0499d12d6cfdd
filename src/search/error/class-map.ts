import type { Tensor } from '../../ir/tensor.ts'
import { channelLayout, type ChannelLayout } from './channels.ts'
import type { Measure } from './measure.ts'

/**
 * Segmentation: pixels whose best class changes, weighted by how clear the float network was (the margin between its two best
 * logits), over the sum of margins. Compared at the resolution of the logits, before a resize and ArgMax.
 */
export function classMapMeasure(value: string, axis: number): Measure {
  return {
    kind: 'class-map',
    title: `changed classes of '${value}', weighted by the float margin`,
    values: [value],
    reference(expected) {
      const tensor = expected.get(value)!
      const layout = channelLayout(tensor.shape, axis)
      const best = new Uint16Array(layout.cells)
      const margins = new Float32Array(layout.cells)
      let weight = 0
      for (let cell = 0; cell < layout.cells; cell++) {
        const winner = twoBest(tensor, layout, cell)
        best[cell] = winner.channel
        margins[cell] = winner.margin
        weight += winner.margin
      }
      return {
        weight,
        error(actual) {
          const other = actual.get(value)!
          let sum = 0
          for (let cell = 0; cell < layout.cells; cell++) {
            if (bestChannel(other.floats(), layout, cell) !== best[cell]) sum += margins[cell]
          }
          return sum
        },
      }
    },
  }
}

function twoBest(tensor: Tensor, { channels, start, stride }: ChannelLayout, cell: number) {
  const data = tensor.floats()
  let channel = 0
  let first = -Infinity
  let second = -Infinity
  for (let c = 0, at = start(cell); c < channels; c++, at += stride) {
    if (data[at] > first) {
      second = first
      first = data[at]
      channel = c
    } else if (data[at] > second) second = data[at]
  }
  return { channel, margin: first - second }
}

function bestChannel(data: Float32Array, { channels, start, stride }: ChannelLayout, cell: number): number {
  let channel = 0
  let at = start(cell)
  let first = data[at]
  for (let c = 1; c < channels; c++) {
    at += stride
    if (data[at] <= first) continue
    first = data[at]
    channel = c
  }
  return channel
}
