/** SqueezeNet v1.1 of the shared data: its files and its input for the pictures of imagenet-compatible-mini, by the card's chain. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCaffe } from '../../src/caffe/read.ts'
import { loadCard } from '../../src/cards/load.ts'
import { resolveModelFiles } from '../../src/cards/resolve-model.ts'
import { openDataset } from '../../src/datasets/open.ts'
import type { Model } from '../../src/ir/model.ts'
import { Tensor } from '../../src/ir/tensor.ts'
import { buildChain } from '../../src/transforms/chain.ts'
import { toTensor } from '../../src/transforms/to-tensor.ts'
import { projectRoot, sharedData } from './shared-data.ts'

/** The last layer before the Softmax. */
export const LOGITS = { layer: 'pool10', shape: [1, 1000, 1, 1] } as const

export interface SqueezeNet {
  prototxt: Uint8Array
  caffemodel: Uint8Array
  /** With the logits as only output. */
  model: Model
  count: number
  /** BGR minus the mean, 1x3x227x227, and the label. */
  sample(index: number): Promise<{ id: string; input: Tensor; label: number }>
}

/** Throws where the shared data are not at hand. */
export function squeezenet(): SqueezeNet {
  const card = loadCard(join(projectRoot, 'zoo/08_more/squeezenet_v1.1/model.yaml'))
  const files = resolveModelFiles(card)
  if ('onnx' in files) throw new Error('the card names no prototxt')
  const [prototxt, caffemodel] = [readFileSync(files.prototxt), readFileSync(files.caffemodel)]
  const model = readCaffe(
    { prototxt: { file: 'net.prototxt', bytes: prototxt }, caffemodel: { file: 'net.caffemodel', bytes: caffemodel } },
    { shapeOf: () => undefined, info() {}, warn() {} },
  )
  model.graph.outputs = [{ name: LOGITS.layer, dtype: 'float32', shape: LOGITS.shape }]
  const pictures = openDataset('imagenet', join(sharedData()!, 'datasets/imagenet-compatible-mini'), card.reader)
  const chain = buildChain(card.preprocess.inference)
  return {
    prototxt,
    caffemodel,
    model,
    count: pictures.count,
    async sample(index) {
      const { id, image, truth } = pictures.sample(index)
      const pixels = toTensor(chain(await image())).numbers()
      const plane = pixels.length / 3
      const values = Float32Array.from(pixels, (pixel, i) => pixel - [104, 117, 123][Math.floor(i / plane)])
      const label = await truth()
      if (label.kind !== 'class') throw new Error('ImageNet has class labels')
      return { id, input: Tensor.float32([1, 3, 227, 227], values), label: label.classId }
    },
  }
}

/** Largest difference over the largest magnitude, and whether both have their largest value at the same place. */
export function compareLogits(expected: Float32Array, actual: Float32Array): { difference: number; isSame: boolean } {
  let [worst, most] = [0, 0]
  for (const [i, value] of expected.entries()) {
    worst = Math.max(worst, Math.abs(value - actual[i]))
    most = Math.max(most, Math.abs(value))
  }
  return { difference: worst / most, isSame: largest(expected) === largest(actual) }
}

export function largest(values: Float32Array): number {
  return values.indexOf(values.reduce((a, b) => Math.max(a, b)))
}
