/** Stage: source file -> float model with fixed shapes and known types. */
import type { BuildConfig, ResolvedInput } from '../config/types.ts'
import { StageError } from '../errors.ts'
import { loadModel } from '../files/load-model.ts'
import type { Model } from '../ir/model.ts'
import { refuseQuantized } from '../onnx/quantized.ts'
import { fixInputShapes, inferTypes } from '../ops/infer.ts'
import { resolveInputs } from '../prepare/resolve-inputs.ts'
import { selectOutputs } from '../prepare/select-outputs.ts'
import type { Reporter } from '../reporter.ts'

/** Read the model a YAML names and settle its inputs. */
export function readSourceModel(config: BuildConfig, reporter: Reporter): { model: Model; inputs: ResolvedInput[] } {
  const path = config.model.onnxModel
  if (path === undefined) {
    throw new StageError('STAGE_CAFFE_LATER', 'Caffe models are not supported yet', {
      stage: 'read',
      fix: 'convert the model to ONNX and set onnx_model',
    })
  }
  const model = loadModel(path)
  refuseQuantized(model.graph)
  const shapes = new Map<string, readonly number[]>()
  for (const [i, input] of config.inputs.entries()) {
    const name = input.name ?? model.graph.inputs[i]?.name
    if (name !== undefined && input.shape !== undefined) shapes.set(name, input.shape)
  }
  fixInputShapes(model.graph, shapes)
  inferTypes(model.graph)
  const { outputNodes } = config.model
  if (outputNodes.length > 0) {
    const unread = selectOutputs(model.graph, outputNodes)
    reporter.info(`Outputs by output_nodes: ${model.graph.outputs.map((info) => info.name).join(', ')}`)
    if (unread.length > 0) reporter.warn(`inputs that no output depends on were removed: ${unread.join(', ')}`)
  }
  const inputs = resolveInputs(model.graph, config.inputs)
  reporter.info(`Model input names: [${model.graph.inputs.map((info) => `'${info.name}'`).join(', ')}]`)
  reporter.info(`Model has ${model.graph.inputs.length} inputs according to model file`)
  return { model, inputs }
}
