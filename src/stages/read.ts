/** Stage: source file -> float model with fixed shapes and known types. */
import type { BuildConfig, ResolvedInput } from '../config/types.ts'
import type { Model } from '../ir/model.ts'
import { resolveInputs } from '../prepare/resolve-inputs.ts'
import { selectOutputs } from '../prepare/select-outputs.ts'
import type { Reporter } from '../reporter.ts'
import { loadSourceModel } from './source-model.ts'

/** Read the model a YAML names, unless it is `loaded` already, and settle its inputs. */
export function readSourceModel(
  config: BuildConfig,
  reporter: Reporter,
  loaded?: Model,
): { model: Model; inputs: ResolvedInput[] } {
  const model = loadSourceModel(config.model.files, config.inputs, reporter, loaded)
  const { outputNodes } = config.model
  if (outputNodes.length > 0) {
    const unread = selectOutputs(model.graph, outputNodes)
    reporter.info(`Outputs by output_nodes: ${model.graph.outputs.map((info) => info.name).join(', ')}`)
    if (unread.length > 0) reporter.warn(`inputs that no output depends on were removed: ${unread.join(', ')}`)
  }
  const inputs = resolveInputs(model.graph, config.inputs)
  const names = inputs.map((input) => input.name)
  for (const name of Object.keys(config.compiler.inputSource)) {
    // the vendor's word for all other inputs
    if (name === '_default_value' || names.includes(name)) continue
    reporter.warn(`input_source names '${name}', but the inputs of the model are: ${names.join(', ')}`)
  }
  reporter.info(`Model input names: [${model.graph.inputs.map((info) => `'${info.name}'`).join(', ')}]`)
  reporter.info(`Model has ${model.graph.inputs.length} inputs according to model file`)
  return { model, inputs }
}
