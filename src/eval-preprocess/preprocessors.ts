/** The preprocessing of a model by the manual's name, or of a card of the zoo. */
import { loadCard } from '../cards/load.ts'
import { findCard } from '../cards/zoo.ts'
import { ArgumentError } from '../errors.ts'
import { imageSize, toLayout } from '../image/image-tensor.ts'
import { toMiddleType } from '../prepare/middle-type.ts'
import { toRuntimeBytes } from '../prepare/runtime-input.ts'
import { loadConfigFile } from '../stages/load-config-file.ts'
import { suggestion } from '../text/nearest-name.ts'
import { buildChain } from '../transforms/chain.ts'
import { toTensor } from '../transforms/to-tensor.ts'
import type { RuntimePreprocessor } from './eval-preprocess.ts'
import { EVAL_MODELS } from './models.ts'

/** NV12 for the manual's names; for a card the runtime type of its build YAML. Throws ArgumentError for an unknown name. */
export function preprocessorOf(name: string): RuntimePreprocessor {
  const model = EVAL_MODELS[name]
  if (model === undefined) return cardPreprocessor(cardPath(name))
  const chain = buildChain(model.chain)
  return {
    reader: model.reader,
    apply(image) {
      const nv12 = chain(image)
      const { height, width } = imageSize(nv12)
      return { bytes: new Uint8Array(toLayout(nv12, 'HWC').data), size: { height: (height * 2) / 3, width } }
    },
  }
}

function cardPath(name: string): string {
  try {
    return findCard(name)
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error
    throw new ArgumentError('ARGUMENT_UNKNOWN_MODEL', `there is no model '${name}'`, {
      where: '--model_name',
      fix: `${suggestion(name, Object.keys(EVAL_MODELS))}; or a model of openmapper zoo list, or the path of a model.yaml`,
    })
  }
}

function cardPreprocessor(path: string): RuntimePreprocessor {
  const card = loadCard(path)
  const chain = buildChain(card.preprocess.inference)
  const [config] = loadConfigFile(card.config).inputs
  return {
    reader: card.reader,
    apply(image) {
      const pixels = chain(image)
      const train = toTensor(pixels)
      const input = { ...config, name: card.inputName, shape: train.shape }
      return { bytes: toRuntimeBytes(toMiddleType(train, input), input), size: imageSize(pixels) }
    },
  }
}
