/**
 * Stage "prepare": every image input becomes middle type X_128, with HzPreprocess behind it.
 *
 * Before: network(x)                                   x = what the training pipeline fed
 * After:  network(HzPreprocess(x, weight, bias))       x = pixel - 128 in runtime colour
 */
import type { ResolvedInput } from '../config/types.ts'
import { cloneModel, type Model } from '../ir/model.ts'
import { HORIZON_DOMAIN, string } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { preprocessCoefficients } from './coefficients.ts'
import { PREPROCESS_FUNCTION, PREPROCESS_NHWC_FUNCTION } from './functions.ts'

/** Insert the preprocess nodes into a copy of the model. Input names, shapes and layouts stay. */
export function prepareModel(model: Model, inputs: readonly ResolvedInput[]): Model {
  const result = cloneModel(model)
  for (const input of inputs) {
    if (needsPreprocess(input)) insertPreprocess(result, input)
  }
  result.graph.sort()
  return result
}

/** Every image has the node (also with no_preprocess: it then adds 128); a featuremap only where it has mean or scale. */
function needsPreprocess(input: ResolvedInput): boolean {
  return input.typeTrain !== 'featuremap' || input.mean !== undefined || input.scale !== undefined
}

function insertPreprocess(model: Model, input: ResolvedInput): void {
  const { graph } = model
  const { channels, weight, bias } = preprocessCoefficients(input)
  const definition = input.layoutTrain === 'NHWC' ? PREPROCESS_NHWC_FUNCTION : PREPROCESS_FUNCTION
  if (!model.functions.includes(definition)) model.functions.push(definition)
  const output = graph.freshName(`${input.name}_preprocessed`)
  const readers = graph.consumers(input.name)
  for (const reader of readers) {
    graph.setInputs(
      reader,
      reader.inputs.map((value) => (value === input.name ? output : value)),
    )
  }
  graph.addNode({
    name: graph.freshNodeName(`HZ_PREPROCESS_FOR_${input.name}`),
    opType: definition.name,
    domain: HORIZON_DOMAIN,
    inputs: [
      input.name,
      graph.setConstant(
        graph.freshName(`${input.name}_preprocess_weight`),
        Tensor.float32([channels, channels, 1, 1], Float32Array.from(weight)),
      ),
      graph.setConstant(
        graph.freshName(`${input.name}_preprocess_bias`),
        Tensor.float32([channels], Float32Array.from(bias)),
      ),
    ],
    outputs: [output],
    attributes: { data_format: string(input.layoutTrain), input_type: string(`${input.typeRt}_128`) },
  })
}
