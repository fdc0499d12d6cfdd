/** A card and a model file together: picture in, decoded prediction out. Shared by infer and evaluate. */
import type { Card } from '../cards/card.ts'
import { ConfigError } from '../errors.ts'
import { imageSize, type ImageTensor } from '../image/image-tensor.ts'
import type { Size } from '../image/resize-cv-taps.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { TaskOutput } from '../tasks/output.ts'
import type { Prediction } from '../tasks/prediction.ts'
import { buildChain, type Chain } from '../transforms/chain.ts'
import { toTensor } from '../transforms/to-tensor.ts'
import { openImageModel, type Feed } from './image-model.ts'
import { buildDecoder } from './decode-outputs.ts'

export interface PictureModel {
  /** What the model says about a picture as the card's reader delivers it, and how long each step took. */
  predict(image: ImageTensor): Promise<Predicted>
  /** The same for a picture of the size given that went through the chain before: bytes of the runtime's input. */
  predictBytes(bytes: Uint8Array, picture: Size): Promise<Predicted>
  release(): Promise<void>
}

export interface Predicted {
  prediction: Prediction
  /** All outputs of the model, as they are, by name. */
  outputs: ReadonlyMap<string, Tensor>
  milliseconds: PredictTimes
}

export interface PredictTimes {
  /** The card's chain, and the model's own type from it. */
  transform: number
  inference: number
  /** From raw outputs to the prediction. */
  decodeOutputs: number
}

/** Throws ConfigError where the card names an output that the model does not have. */
export async function openPictureModel(card: Card, modelPath: string): Promise<PictureModel> {
  const chain: Chain = buildChain(card.preprocess.inference)
  const decode = buildDecoder(card)
  const model = await openImageModel(modelPath, card.config)
  async function predict(makeFeed: () => Feed, picture: Size): Promise<Predicted> {
    const started = performance.now()
    const feed = makeFeed()
    const transformed = performance.now()
    const outputs = await model.run(feed)
    const chosen = chosenOutputs(outputs, card)
    const inferred = performance.now()
    const prediction = decode(chosen, picture, chain)
    return {
      prediction,
      outputs,
      milliseconds: {
        transform: transformed - started,
        inference: inferred - transformed,
        decodeOutputs: performance.now() - inferred,
      },
    }
  }
  return {
    predict: (image) => predict(() => model.feed(toTensor(chain(image))), imageSize(image)),
    predictBytes: (bytes, picture) => predict(() => model.feedBytes(bytes), picture),
    release: () => model.release(),
  }
}

/** The outputs that the card names, in its order; all of the model's where it names none. */
function chosenOutputs(outputs: ReadonlyMap<string, Tensor>, card: Card): TaskOutput[] {
  const names = card.outputs.length > 0 ? card.outputs : [...outputs.keys()]
  return names.map((name) => {
    const tensor = outputs.get(name)
    if (tensor) return { name, shape: tensor.shape, data: values(tensor) }
    throw new ConfigError('CONFIG_UNKNOWN_OUTPUT', `the model has no output '${name}'`, {
      where: card.path,
      fix: `its outputs are ${[...outputs.keys()].join(', ')}; correct the card`,
    })
  })
}

/** Typed arrays as they are: a segmentation's logits have millions of values. */
function values(tensor: Tensor): ArrayLike<number> {
  const { data } = tensor
  return data instanceof BigInt64Array || data instanceof BigUint64Array ? tensor.numbers() : data
}
