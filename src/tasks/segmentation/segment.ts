/** From a segmentation network's outputs to the classes of the original picture's pixels. */
import type { Size } from '../../image/resize-cv-taps.ts'
import type { NamedSpec } from '../../text/named-spec.ts'
import type { Placed } from '../../transforms/geometry.ts'
import type { TaskOutput } from '../output.ts'
import type { LabelMap } from '../truth.ts'
import { classMapDecoder } from './class-map.ts'
import type { SegmentationDecoder } from './decoder.ts'
import { logitsDecoder } from './logits.ts'
import { maskDecoder } from './mask.ts'

const ALL: readonly SegmentationDecoder[] = [logitsDecoder, classMapDecoder, maskDecoder]

/** By the name cards use. */
export const SEGMENTATION_DECODERS: ReadonlyMap<string, SegmentationDecoder> = new Map(
  ALL.map((item) => [item.name, item]),
)

/** Label map of a picture of the size given, which lies in the network's input as `placed` says. */
export type Segment = (outputs: readonly TaskOutput[], picture: Size, placed: Placed) => LabelMap

/** For a name and parameters that are checked. */
export function buildSegmenter({ name, params }: NamedSpec): Segment {
  const decoder = SEGMENTATION_DECODERS.get(name)!
  return (outputs, picture, placed) => onPicture(decoder.decode(outputs, placed.size, params), picture, placed)
}

/** Every pixel gets the class at its centre; where its centre lies outside of the network's input, that at the next edge. */
function onPicture(labels: Uint8Array, { height, width }: Size, { size, placement }: Placed): LabelMap {
  if (size.height === height && size.width === width) {
    const { scaleX, scaleY, offsetX, offsetY } = placement
    if (scaleX === 1 && scaleY === 1 && offsetX === 0 && offsetY === 0) return { width, height, labels }
  }
  const columns = nearest(width, size.width, placement.scaleX, placement.offsetX)
  const rows = nearest(height, size.height, placement.scaleY, placement.offsetY)
  const out = new Uint8Array(height * width)
  for (let y = 0, at = 0; y < height; y++) {
    const row = rows[y] * size.width
    for (let x = 0; x < width; x++) out[at++] = labels[row + columns[x]]
  }
  return { width, height, labels: out }
}

/** Input pixel below the centre of each picture pixel. */
function nearest(length: number, inputLength: number, scale: number, offset: number): Int32Array {
  return Int32Array.from({ length }, (_, at) =>
    Math.min(Math.max(Math.floor((at + 0.5) * scale + offset), 0), inputLength - 1),
  )
}
