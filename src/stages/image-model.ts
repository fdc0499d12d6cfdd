/** A model file on disk and the way of one picture through it: pixels, middle type, the file's own input type, outputs. */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { ResolvedInput } from '../config/types.ts'
import { ArgumentError, DataError, StageError } from '../errors.ts'
import { loadModel } from '../files/load-model.ts'
import type { Tensor } from '../ir/tensor.ts'
import { toMiddleType } from '../prepare/middle-type.ts'
import { prepareModel } from '../prepare/prepare.ts'
import { toQuantizedInput } from '../prepare/quantized-input.ts'
import { fromRuntimeBytes } from '../prepare/runtime-input.ts'
import { silent } from '../reporter.ts'
import { openSession, type Session } from '../runtime/session.ts'
import { readFacts } from './artefacts.ts'
import { loadConfigFile } from './load-config-file.ts'
import { readSourceModel } from './read.ts'

export interface ImageModel {
  /**
   * What the file wants for one picture: pixels 0..255 in train colour type and train layout, batch axis 1. The float and the
   * quantized model get the same middle-type values. Throws DataError for pixels of another shape.
   */
  feed(pixels: Tensor): Feed
  /** The same from the bytes of the runtime's input, as hb_eval_preprocess writes them. Throws DataError for another number of them. */
  feedBytes(bytes: Uint8Array): Feed
  /** Resolves with the outputs by name. */
  run(feed: Feed): Promise<Map<string, Tensor>>
  release(): Promise<void>
}

/** The one input of a model by name. */
export type Feed = ReadonlyMap<string, Tensor>

/**
 * Open an artefact of a build, or any other model with the build YAML `configFile` (it is then prepared in memory).
 *
 * Quantized models run at level `all`, all others at `basic`, with one thread. Throws StageError where the model has more
 * than one input.
 */
export async function openImageModel(path: string, configFile: string): Promise<ImageModel> {
  requireModelFile(path)
  const loaded = isCaffemodel(path) ? undefined : loadModel(path)
  const facts = loaded && readFacts(loaded)
  if (!facts) {
    const config = loadConfigFile(configFile)
    const { files } = config.model
    const own = 'prototxt' in files && !loaded ? { ...files, caffemodel: path } : { onnx: path }
    const source = readSourceModel({ ...config, model: { ...config.model, files: own } }, silent, loaded)
    const prepared = prepareModel(source.model, source.inputs)
    return imageModel(await openSession(prepared, { level: 'basic' }), onlyInput(source.inputs, path))
  }
  const input = onlyInput(facts.inputs, path)
  if (facts.stage !== 'quantized') return imageModel(await openSession(path, { level: 'basic' }), input)
  const session = await openSession(path, { level: 'all' })
  return imageModel(session, input, (middle) => toQuantizedInput(middle, input, facts.march))
}

/** Weights alone: the YAML names the net they belong to. */
const isCaffemodel = (path: string): boolean => /\.caffemodel(\.gz)?$/.test(path)

/** Throws ArgumentError when there is no such model file, before any process is started for it. */
export function requireModelFile(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return
  throw new ArgumentError('ARGUMENT_NO_MODEL', `there is no model ${path}`, {
    where: '--model',
    fix: 'build it first (03_build.sh, or openmapper build), or correct the path',
  })
}

function imageModel(session: Session, input: ResolvedInput, convert?: (middle: Tensor) => Tensor): ImageModel {
  const feed = (middle: Tensor): Feed => new Map([[input.name, convert ? convert(middle) : middle]])
  return {
    feed(pixels) {
      checkShape(pixels, input)
      return feed(toMiddleType(pixels, input))
    },
    feedBytes: (bytes) => feed(fromRuntimeBytes(bytes, input)),
    run: (fed) => session.run(fed),
    release: () => session.release(),
  }
}

function onlyInput(inputs: readonly ResolvedInput[], path: string): ResolvedInput {
  const [input, ...others] = inputs
  if (input && others.length === 0) return input
  throw new StageError(
    'STAGE_SEVERAL_INPUTS',
    `${basename(path)} has ${inputs.length} inputs, a picture fills only one`,
    {
      stage: 'evaluate',
      where: inputs.map(({ name }) => name).join(', '),
      fix: 'run it from a program with src/index.ts, one tensor per input',
    },
  )
}

function checkShape(pixels: Tensor, input: ResolvedInput): void {
  if (pixels.shape.join() === input.shape.join()) return
  const message = `the preprocessing gives ${pixels.shape.join('x')}, the model wants ${input.shape.join('x')}`
  throw new DataError('DATA_PIXEL_SHAPE', message, {
    stage: 'evaluate',
    where: input.name,
    fix: 'mend the size or the layout in the transformer list of model.yaml',
  })
}
