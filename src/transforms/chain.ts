/** From the transformer list of a card to one function. */
import { ConfigError } from '../errors.ts'
import type { ImageTensor } from '../image/image-tensor.ts'
import { specProblems } from './check.ts'
import { TRANSFORMERS } from './index.ts'
import type { TransformSpec } from './spec.ts'

/**
 * The transformers applied in order. Names and parameters are checked here, before the first picture is read.
 *
 * Throws ConfigError for an unknown transformer, an unknown or missing parameter or a wrong value.
 */
export function buildChain(specs: readonly TransformSpec[]): (image: ImageTensor) => ImageTensor {
  const operations = specs.map((spec) => {
    const [problem] = specProblems(spec)
    if (problem) {
      throw new ConfigError('CONFIG_TRANSFORMER', problem.message, {
        where: problem.path.map(String).join('.'),
        fix: 'correct the transformer list',
      })
    }
    return TRANSFORMERS.get(spec.name)!.bind(spec.params)
  })
  return (image) => operations.reduce((current, operation) => operation(current), image)
}
