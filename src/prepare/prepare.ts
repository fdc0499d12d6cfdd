/**
 * Stage "prepare": every image input becomes middle type X_128, with HzPreprocess behind it.
 *
 * Before: network(x)                                   x = what the training pipeline fed
 * After:  network(HzPreprocess(x, weight, bias))       x = float32, pixel - 128 in runtime colour
 */
import type { ResolvedInput } from '../config/types.ts'
import { StageError } from '../errors.ts'
import { cloneModel, defineFunction, type Model } from '../ir/model.ts'
import { HORIZON_DOMAIN, type Node, string } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { preprocessCoefficients } from './coefficients.ts'
import { PREPROCESS_FUNCTION, PREPROCESS_NHWC_FUNCTION } from './functions.ts'
import { middleTypeName } from './middle-type.ts'

/**
 * Insert the preprocess nodes into a copy of the model. Input names, shapes and layouts stay. Types of inner values must be
 * inferred again. Throws StageError STAGE_ALREADY_PREPARED for a model that went through here before.
 */
export function prepareModel(model: Model, inputs: readonly ResolvedInput[]): Model {
  const done = model.graph.nodes.find(isPreprocess)
  if (done) {
    throw new StageError('STAGE_ALREADY_PREPARED', 'the model is an artefact of a build, not a source model', {
      stage: 'prepare',
      where: done.name,
      fix: 'set onnx_model to the float model you exported',
    })
  }
  const result = cloneModel(model)
  for (const input of inputs) {
    if (needsPreprocess(input)) insertPreprocess(result, input)
  }
  result.graph.sort()
  return result
}

/** True for the node this stage inserts. */
function isPreprocess(node: Node): boolean {
  return (
    node.domain === HORIZON_DOMAIN &&
    (node.opType === PREPROCESS_FUNCTION.name || node.opType === PREPROCESS_NHWC_FUNCTION.name)
  )
}

/** Every image has the node (also with no_preprocess: it then adds 128); a featuremap only where it has mean or scale. */
function needsPreprocess(input: ResolvedInput): boolean {
  return input.typeTrain !== 'featuremap' || input.mean !== undefined || input.scale !== undefined
}

function insertPreprocess(model: Model, input: ResolvedInput): void {
  const { graph } = model
  const { channels, weight, bias } = preprocessCoefficients(input)
  const definition = input.layoutTrain === 'NHWC' ? PREPROCESS_NHWC_FUNCTION : PREPROCESS_FUNCTION
  defineFunction(model, definition)
  const output = graph.freshName(`${input.name}_preprocessed`)
  graph.replaceUses(input.name, output)
  // Integer pixels are only accepted in front of Casts, which take any type.
  graph.inputs = graph.inputs.map((info) => (info.name === input.name ? { ...info, dtype: 'float32' } : info))
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
    attributes: { data_format: string(input.layoutTrain), input_type: string(middleTypeName(input)) },
  })
}
