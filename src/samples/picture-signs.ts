/**
 * Signs that three-channel samples are not what the YAML says: other layout, other colour space, channels swapped.
 *
 * The limits come from seven sets of photographs (ImageNet, COCO, VOC, Cityscapes):
 * - values one row apart differ 0.36..0.88 times as much as values three rows apart; read in the wrong layout 1.9..78 times;
 * - the chroma channels of YUV vary a fifth as much as luma (median of a set), the channels of RGB equally;
 * - red is brighter than blue in two of three photographs or more.
 */
import type { Layout, ResolvedInput } from '../config/types.ts'
import type { Tensor } from '../ir/tensor.ts'

export interface PictureSigns {
  /** Difference between rows one apart, relative to rows three apart, both read channels first. */
  rows: number
  /** Deviation of the less varied of channels 1 and 2, and of the more varied one, relative to channel 0. */
  leastVaried: number
  mostVaried: number
  /** Mean of channel 0 minus mean of channel 2. */
  balance: number
}

/** Signs of one sample of shape [1, 3, H, W] or [1, H, W, 3], by the layout it is said to have. */
export function pictureSigns(train: Tensor, layout: Layout): PictureSigns {
  const values = train.data as Uint8Array | Float32Array
  const planar = layout === 'NCHW'
  const pixels = values.length / 3
  const width = train.shape[planar ? 3 : 2]
  const [channelStep, pixelStep] = planar ? [pixels, 1] : [1, 3]
  const stride = strideFor(pixels)
  const mean: number[] = []
  const deviation: number[] = []
  for (let c = 0; c < 3; c++) {
    let sum = 0
    let squares = 0
    let count = 0
    for (let p = 0; p < pixels; p += stride) {
      const value = values[c * channelStep + p * pixelStep]
      sum += value
      squares += value * value
      count++
    }
    mean.push(sum / count)
    deviation.push(Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)))
  }
  const [first, ...others] = deviation
  return {
    rows: meanDifference(values, width) / meanDifference(values, 3 * width),
    leastVaried: Math.min(...others) / first,
    mostVaried: Math.max(...others) / first,
    balance: mean[0] - mean[2],
  }
}

/** Mean difference of values `distance` apart in memory. */
function meanDifference(values: Uint8Array | Float32Array, distance: number): number {
  const stride = strideFor(values.length)
  let sum = 0
  let count = 0
  for (let i = distance; i < values.length; i += stride, count++) sum += Math.abs(values[i] - values[i - distance])
  return sum / count
}

/** Some ten thousand values of a picture tell as much as all of them. No multiple of 3: every channel must be met. */
function strideFor(count: number): number {
  const stride = Math.ceil(count / 20_000)
  return stride % 3 === 0 ? stride + 1 : stride
}

/** Hints that a set as a whole gives; empty where nothing is strange or too few samples were seen. */
export function signsInLine(signs: readonly PictureSigns[], input: ResolvedInput): string[] {
  const { typeTrain, layoutTrain } = input
  const median = (pick: (sign: PictureSigns) => number): number => {
    const sorted = signs.map(pick).sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)]
  }
  if (signs.length === 0) return []
  const rows = median((sign) => sign.rows)
  if (layoutTrain === 'NCHW' ? rows > 1.4 : rows < 1) {
    const other = layoutTrain === 'NCHW' ? 'NHWC' : 'NCHW'
    return [`the samples look ${other}, but input_layout_train is ${layoutTrain}: pixels may be in the wrong order`]
  }
  if (signs.length < 5) return []
  if (typeTrain === 'yuv444' && median((sign) => sign.leastVaried) > 0.6) {
    return ['the samples look like rgb or bgr, but input_type_train is yuv444']
  }
  if (typeTrain !== 'yuv444' && median((sign) => sign.mostVaried) < 0.4) {
    return [`the samples look like yuv444, but input_type_train is ${typeTrain}`]
  }
  if (typeTrain === 'yuv444' || signs.length < 10) return []
  const redness = signs.map(({ balance }) => (typeTrain === 'rgb' ? balance : -balance))
  const blue = redness.filter((value) => value < 0).length
  const mean = redness.reduce((sum, value) => sum + value, 0) / redness.length
  if (mean > -5 || blue < 0.6 * signs.length) return []
  const order = typeTrain === 'rgb' ? 'bgr' : 'rgb'
  return [
    `channels look swapped: read as ${typeTrain}, ${blue} of ${signs.length} samples have more blue than red. Are they ${order}?`,
  ]
}
