/** A card and a model file together: picture in, ranked classes out. Shared by infer and evaluate. */
import type { Card } from '../cards/card.ts'
import { ConfigError } from '../errors.ts'
import type { ImageTensor } from '../image/image-tensor.ts'
import { type ClassScore, decodeClassification } from '../tasks/classification.ts'
import { buildChain } from '../transforms/chain.ts'
import { toTensor } from '../transforms/to-tensor.ts'
import { openImageModel } from './image-model.ts'

export interface Classifier {
  /** The five best classes of a picture as the card's reader delivers it, best first. */
  classify(image: ImageTensor): Promise<ClassScore[]>
  release(): Promise<void>
}

/** Throws ConfigError where the card is not a classifier's or names an output that the model does not have. */
export async function openClassifier(card: Card, modelPath: string): Promise<Classifier> {
  if (card.task !== 'classification') {
    throw new ConfigError('CONFIG_TASK_NOT_SUPPORTED', `task '${card.task}' cannot be scored yet`, {
      where: card.path,
      fix: "use a card with task 'classification'",
    })
  }
  const chain = buildChain(card.preprocess.inference)
  const model = await openImageModel(modelPath, card.config)
  return {
    async classify(image) {
      const outputs = await model.run(toTensor(chain(image)))
      const scores = outputs.get(card.outputName)
      if (!scores) {
        throw new ConfigError('CONFIG_UNKNOWN_OUTPUT', `the model has no output '${card.outputName}'`, {
          where: card.path,
          fix: `its outputs are ${[...outputs.keys()].join(', ')}; correct the card`,
        })
      }
      return decodeClassification(scores.numbers(), { classOffset: card.classOffset, topK: 5 })
    },
    release: () => model.release(),
  }
}
