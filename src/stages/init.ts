/** Stage "init": a commented YAML and a model card for a model file. */
import { existsSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { type CardFileFacts, cardTemplate } from '../cards/template.ts'
import { CARD } from '../cards/places.ts'
import { configTemplate, type MarkedGuess } from '../config/template.ts'
import type { March, ModelFiles } from '../config/types.ts'
import { ArgumentError, OpenMapperError } from '../errors.ts'
import { hashOfFile } from '../files/hash-file.ts'
import { saveFileAtomic } from '../files/save-file.ts'
import type { Graph } from '../ir/graph.ts'
import { fixInputShapes, inferTypes } from '../ops/infer.ts'
import { guessInputs, type InputGuess } from '../prepare/guess-inputs.ts'
import { type Reporter, silent } from '../reporter.ts'
import { initPlaces } from './init-places.ts'
import { loadOpenModel, loadSourceModel } from './source-model.ts'

export interface InitOptions {
  march: March
  /** YAML to write; default `<model>_config.yaml` in the current folder. The card goes beside it (init-places.ts). */
  output: string | undefined
  /** Replace existing files. */
  force: boolean
  /** Shapes of inputs that the model leaves open; without any they are guessed. */
  inputShapes?: ReadonlyMap<string, readonly number[]> | undefined
  reporter?: Reporter
}

export interface InitResult {
  path: string
  /** The model card; undefined for a network that does not take one picture. */
  card: string | undefined
  /** `output_model_file_prefix` of the YAML. */
  prefix: string
  /** As the YAML names them. */
  workingDir: string
  calibrationData: string
  guesses: MarkedGuess[]
}

/** Write YAML and card. Throws ArgumentError where one of them exists and `force` is not given. */
export async function initConfig(files: ModelFiles, options: InitOptions): Promise<InitResult> {
  const given = [...(options.inputShapes ?? [])].map(([name, shape]) => ({ name, shape }))
  const load = given.length > 0 ? loadSourceModel : loadOpenModel
  const { graph } = load(files, given, options.reporter ?? silent)
  const prefix = basename('onnx' in files ? files.onnx : files.caffemodel).replace(/\.(onnx|caffemodel)(\.gz)?$/i, '')
  const path = options.output ?? `${prefix}_config.yaml`
  if (resolve(path) === resolve(dirname(path), CARD)) {
    throw new ArgumentError('ARGUMENT_CARD_NAME', `${CARD} is the name of the model card`, {
      where: path,
      fix: `give the YAML another name with -o, like ${join(dirname(path), `${prefix}_config.yaml`)}`,
    })
  }
  const { card: cardPath, workingDir, calibrationData } = initPlaces(path)
  const inputs = guessInputs(graph, 'onnx' in files ? 'onnx' : 'caffe')
  const folder = dirname(resolve(path))
  const config = configTemplate({
    model: Object.fromEntries(modelKeys(files).map(([key, file]) => [key, pathFrom(folder, file)])),
    prefix,
    workingDir,
    calibrationData,
    march: options.march,
    inputs,
  })
  settleOutputs(graph, inputs)
  const [input, ...others] = inputs
  const card =
    input === undefined || others.length > 0
      ? undefined
      : cardTemplate({
          name: prefix,
          ...(await cardFiles(files, folder)),
          config: basename(path),
          input,
          outputs: graph.outputs,
        })
  const wanted = [
    { file: path, text: config.text },
    ...(card === undefined ? [] : [{ file: cardPath, text: card.text }]),
  ]
  for (const { file } of wanted) {
    if (existsSync(file) && !options.force) throw existing(file)
  }
  for (const { file, text } of wanted) saveFileAtomic(file, text)
  const guesses = [...config.guesses, ...(card?.guesses ?? [])]
  return { path, card: card && cardPath, prefix, workingDir, calibrationData, guesses }
}

function existing(file: string): ArgumentError {
  return new ArgumentError('ARGUMENT_FILE_EXISTS', `${file} exists already`, {
    where: file,
    fix: 'give a YAML in another folder with -o, or --force to replace it',
  })
}

/** Shapes of the outputs for the inputs' guessed shapes; a guess that does not fit leaves them as the file has them. */
function settleOutputs(graph: Graph, inputs: readonly InputGuess[]): void {
  try {
    fixInputShapes(graph, new Map(inputs.map(({ name, shape }) => [name, shape.value])))
    inferTypes(graph)
  } catch (error) {
    if (!(error instanceof OpenMapperError)) throw error
  }
}

async function cardFiles(
  files: ModelFiles,
  folder: string,
): Promise<{ model: CardFileFacts; extraFiles: Record<string, CardFileFacts> }> {
  const facts = async (file: string): Promise<CardFileFacts> => ({
    file: pathFrom(folder, file),
    md5: await hashOfFile(file, 'md5'),
  })
  if ('onnx' in files) return { model: await facts(files.onnx), extraFiles: {} }
  return { model: await facts(files.caffemodel), extraFiles: { prototxt: await facts(files.prototxt) } }
}

const modelKeys = (files: ModelFiles): [key: string, file: string][] =>
  'onnx' in files
    ? [['onnx_model', files.onnx]]
    : [
        ['prototxt', files.prototxt],
        ['caffe_model', files.caffemodel],
      ]

/** A path as the YAML in `folder` shall name it: relative with forward slashes, absolute where it lies elsewhere. */
function pathFrom(folder: string, file: string): string {
  const path = relative(folder, resolve(file)).replaceAll('\\', '/')
  if (path.startsWith('../../..')) return resolve(file)
  return path.startsWith('.') ? path : `./${path}`
}
