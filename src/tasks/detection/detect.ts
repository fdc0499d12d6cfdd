/** From a detector's raw outputs to the objects on the original picture. */
import type { Size } from '../../image/resize-cv-taps.ts'
import type { NamedSpec } from '../../text/named-spec.ts'
import type { Placed, Placement } from '../../transforms/geometry.ts'
import type { Detection } from '../../metrics/boxes.ts'
import type { TaskOutput } from '../output.ts'
import type { Candidates } from './candidates.ts'
import type { ModelFiles } from './decoder.ts'
import { DETECTION_DECODERS } from './index.ts'
import { bestFirst } from './order.ts'
import type { DetectionSettings } from './settings.ts'
import { SUPPRESSIONS } from './suppression.ts'

/**
 * Objects on a picture of the size given, best score first, clipped to it.
 * @param placed where the picture lies in the network's input.
 */
export type Detect = (outputs: readonly TaskOutput[], picture: Size, placed: Placed) => Detection[]

export type ClassOf = (column: number) => number

/**
 * The detector for names and parameters that are checked.
 * @param classOf class of the data set that a class column stands for, negative for none; undefined where they are the same.
 * @param files the model's further files by role.
 */
export function buildDetector(
  decoder: NamedSpec,
  settings: DetectionSettings,
  classOf: ClassOf | undefined,
  files: ModelFiles,
): Detect {
  const decode = DETECTION_DECODERS.get(decoder.name)!.bind(decoder.params, files)
  const suppress = SUPPRESSIONS.get(settings.nms.name)!.bind(settings.nms.params)
  const limits = { maxDetections: settings.max_detections, scoreThreshold: settings.score_threshold }
  return (outputs, picture, { size, placement }) => {
    const found = renumber(decode(outputs, size, settings.score_threshold), classOf)
    const kept = suppress(found, bestFirst(found.scores, settings.max_candidates), limits)
    return kept.flatMap(({ index, score }): Detection[] => {
      const box = onPicture(found.boxes, index, placement, picture)
      return box ? [{ box, score, classId: found.classes[index] }] : []
    })
  }
}

/** Classes of the data set in place of columns; candidates of columns that are none are gone. */
function renumber(found: Candidates, classOf: ClassOf | undefined): Candidates {
  if (!classOf) return found
  let count = 0
  for (let index = 0; index < found.classes.length; index++) {
    const classId = classOf(found.classes[index])
    if (classId < 0) continue
    found.boxes.copyWithin(4 * count, 4 * index, 4 * index + 4)
    found.scores[count] = found.scores[index]
    found.classes[count++] = classId
  }
  return {
    boxes: found.boxes.subarray(0, 4 * count),
    scores: found.scores.subarray(0, count),
    classes: found.classes.subarray(0, count),
  }
}

/** Edges in pixels of the picture; undefined where no pixel of it is inside. */
function onPicture(
  boxes: Float32Array,
  index: number,
  { scaleX, scaleY, offsetX, offsetY }: Placement,
  { width, height }: Size,
): Detection['box'] | undefined {
  const [left, top, right, bottom] = boxes.subarray(4 * index, 4 * index + 4)
  const x1 = clip((left - offsetX) / scaleX, width)
  const y1 = clip((top - offsetY) / scaleY, height)
  const x2 = clip((right - offsetX) / scaleX, width)
  const y2 = clip((bottom - offsetY) / scaleY, height)
  return x2 > x1 && y2 > y1 ? [x1, y1, x2, y2] : undefined
}

function clip(value: number, length: number): number {
  return Math.min(Math.max(value, 0), length)
}
