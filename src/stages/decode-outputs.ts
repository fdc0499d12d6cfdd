/** The decoder that a card asks for. */
import { readFileSync } from 'node:fs'
import type { Card } from '../cards/card.ts'
import { resolveFile } from '../cards/resolve-model.ts'
import { COCO_CATEGORY_IDS } from '../datasets/classes/coco.ts'
import type { Size } from '../image/resize-cv-taps.ts'
import { decodeClassification } from '../tasks/classification.ts'
import { buildDetector, type ClassOf } from '../tasks/detection/detect.ts'
import type { TaskOutput } from '../tasks/output.ts'
import type { Prediction } from '../tasks/prediction.ts'
import { buildSegmenter } from '../tasks/segmentation/segment.ts'
import type { Chain } from '../transforms/chain.ts'

/** From a model's outputs, for a picture of the size given that came through `chain`, to a prediction on that picture. */
export type OutputDecoder = (outputs: readonly TaskOutput[], picture: Size, chain: Chain) => Prediction

const CLASSES_KEPT = 5

/** Throws ReadError where a file that belongs to the model is not there. */
export function buildDecoder(card: Card): OutputDecoder {
  if (card.task === 'classification') {
    return ([scores]) => ({
      kind: 'classes',
      ranked: decodeClassification(scores.data, { classOffset: card.classOffset, topK: CLASSES_KEPT }),
    })
  }
  if (card.task === 'segmentation') {
    const segment = buildSegmenter(card.decoder!)
    return (outputs, picture, chain) => ({ kind: 'mask', mask: segment(outputs, picture, chain.place(picture)) })
  }
  const detect = buildDetector(card.decoder!, card.detection!, classOf(card), extraFiles(card))
  return (outputs, picture, chain) => ({
    kind: 'boxes',
    detections: detect(outputs, picture, chain.place(picture)),
  })
}

/** Class of the data set that a column of a detector's scores stands for; undefined where they are the same. */
function classOf({ classOffset, detection }: Card): ClassOf | undefined {
  const columns = detection!.columns
  if (columns === 'classes') return classOffset === 0 ? undefined : (column) => column - classOffset
  if (columns === 'coco_category_ids') return (column) => COCO_CATEGORY_IDS.indexOf(column - classOffset + 1)
  return (column) => columns[column - classOffset] ?? -1
}

function extraFiles(card: Card): ReadonlyMap<string, Uint8Array> {
  const files = Object.entries(card.model.extraFiles)
  return new Map(files.map(([role, file]) => [role, readFileSync(resolveFile(card, file, `the ${role}`))]))
}
