import { extremes } from './extremes.ts'
import { Histogram } from './histogram.ts'

/** A histogram that also keeps the largest magnitude and both extremes of each channel of an NC... tensor with N = 1. */
export class ChannelHistogram extends Histogram {
  readonly channelMaxima: Float64Array
  readonly channelTops: Float64Array
  readonly channelBottoms: Float64Array

  constructor(channels: number) {
    super()
    this.channelMaxima = new Float64Array(channels)
    this.channelTops = new Float64Array(channels).fill(-Infinity)
    this.channelBottoms = new Float64Array(channels).fill(Infinity)
  }

  override add(values: Float32Array): void {
    const size = values.length / this.channelMaxima.length
    let low = Infinity
    let high = -Infinity
    for (let c = 0; c < this.channelMaxima.length; c++) {
      const { min, max } = extremes(values.subarray(c * size, (c + 1) * size))
      this.channelMaxima[c] = Math.max(this.channelMaxima[c], -min, max)
      this.channelTops[c] = Math.max(this.channelTops[c], max)
      this.channelBottoms[c] = Math.min(this.channelBottoms[c], min)
      low = Math.min(low, min)
      high = Math.max(high, max)
    }
    this.addWithin(values, low, high)
  }
}
