/** The decoder that a card asks for. */
import type { Card } from '../cards/card.ts'
import { ConfigError } from '../errors.ts'
import { decodeClassification } from '../tasks/classification.ts'
import type { TaskOutput } from '../tasks/output.ts'
import type { Prediction } from '../tasks/prediction.ts'
import type { Chain } from '../transforms/chain.ts'

/** Size of a picture in pixels. */
export interface PictureSize {
  height: number
  width: number
}

/** From a model's outputs, for a picture of the size given that came through `chain`, to a prediction on that picture. */
export type OutputDecoder = (outputs: readonly TaskOutput[], picture: PictureSize, chain: Chain) => Prediction

const CLASSES_KEPT = 5

export function buildDecoder(card: Card): OutputDecoder {
  if (card.task === 'classification') {
    return ([scores]) => ({
      kind: 'classes',
      ranked: decodeClassification(scores.data, { classOffset: card.classOffset, topK: CLASSES_KEPT }),
    })
  }
  throw new ConfigError('CONFIG_TASK_NOT_SUPPORTED', `task '${card.task}' cannot be scored yet`, {
    where: card.path,
    fix: "use a card with task 'classification'",
  })
}
