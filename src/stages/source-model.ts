/** A float model from its files, whatever they are: inputs with fixed shapes, types inferred. */
import type { ModelFiles } from '../config/types.ts'
import { loadCaffe, loadModel } from '../files/load-model.ts'
import type { Model } from '../ir/model.ts'
import { refuseQuantized } from '../onnx/quantized.ts'
import { fixInputShapes, inferTypes } from '../ops/infer.ts'
import type { Reporter } from '../reporter.ts'

/** What a user says of an input; one without name is the model's input at the same place. */
export interface GivenInput {
  name: string | undefined
  shape: readonly number[] | undefined
}

/**
 * Load a model, or take the one that was `loaded` from the files and settle it in place. Throws ReadError and GraphError, also for
 * shapes of inputs the model has not.
 */
export function loadSourceModel(
  files: ModelFiles,
  given: readonly GivenInput[],
  reporter: Reporter,
  loaded?: Model,
): Model {
  const model = loadOpenModel(files, given, reporter, loaded)
  const shapes = new Map<string, readonly number[]>()
  for (const [i, input] of given.entries()) {
    const name = input.name ?? model.graph.inputs[i]?.name
    if (name !== undefined && input.shape !== undefined) shapes.set(name, input.shape)
  }
  for (const name of fixInputShapes(model.graph, shapes)) {
    reporter.warn(`input ${name} has an open batch dimension; 1 is assumed`)
  }
  inferTypes(model.graph)
  return model
}

/** As the files say it: shapes of ONNX inputs may be open; those of Caffe are settled while it is read. */
export function loadOpenModel(
  files: ModelFiles,
  given: readonly GivenInput[],
  reporter: Reporter,
  loaded?: Model,
): Model {
  const model = loaded ?? ('onnx' in files ? loadModel(files.onnx) : loadCaffe(files, caffeOptions(given, reporter)))
  refuseQuantized(model.graph)
  return model
}

function caffeOptions(given: readonly GivenInput[], reporter: Reporter): Parameters<typeof loadCaffe>[1] {
  return {
    shapeOf: (name, index) =>
      (given.find((input) => input.name === name) ?? given.find((input, i) => i === index && input.name === undefined))
        ?.shape,
    info: (message) => reporter.info(message),
    warn: (message) => reporter.warn(message),
  }
}
