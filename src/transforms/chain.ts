/** From the transformer list of a card to one function. */
import { ConfigError } from '../errors.ts'
import { imageSize, type ImageTensor } from '../image/image-tensor.ts'
import type { Size } from '../image/resize-cv-taps.ts'
import { specProblems } from '../text/named-spec.ts'
import { composed, unmoved, type Placed } from './geometry.ts'
import { TRANSFORMERS } from './index.ts'
import type { TransformSpec } from './spec.ts'
import { windowOf, type ImageStep } from './transformer.ts'

export interface Chain {
  /** The image after every step. Throws DataError where it does not fit one. */
  (image: ImageTensor): ImageTensor
  /** Where the pixels of a picture of this size land, and the size at the end; no pixel is touched. */
  readonly place: (size: Size) => Placed
}

/**
 * The transformers applied in order. Names and parameters are checked here, before the first picture is read.
 *
 * Throws ConfigError for an unknown transformer, an unknown or missing parameter or a wrong value.
 */
export function buildChain(specs: readonly TransformSpec[]): Chain {
  const steps = specs.map((spec) => {
    const [problem] = specProblems(spec, TRANSFORMERS, 'transformer')
    if (problem) {
      throw new ConfigError('CONFIG_TRANSFORMER', problem.message, {
        where: problem.path.map(String).join('.'),
        fix: 'correct the transformer list',
      })
    }
    return TRANSFORMERS.get(spec.name)!.bind(spec.params)
  })
  const applied = withCropsFirst(steps)
  const transform = (image: ImageTensor): ImageTensor => applied.reduce((current, apply) => apply(current), image)
  const place = (size: Size): Placed =>
    steps.reduce((current, step) => composed(current, step.place(current.size)), unmoved(size))
  return Object.assign(transform, { place })
}

/** The steps as functions; a resize before a crop makes the pixels that the crop keeps, and no others. */
function withCropsFirst(steps: readonly ImageStep[]): ImageStep['apply'][] {
  const functions: ImageStep['apply'][] = []
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]
    const { applyWindow } = step
    const cut = steps[i + 1]
    const finish = cut?.finishWindow
    if (!applyWindow || !finish) {
      functions.push(step.apply)
      continue
    }
    functions.push((image) => finish(applyWindow(image, windowOf(cut.place(step.place(imageSize(image)).size)))))
    i++
  }
  return functions
}
