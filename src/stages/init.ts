/** Stage "init": a commented YAML for a model file. */
import { existsSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { configTemplate, type MarkedGuess } from '../config/template.ts'
import type { March, ModelFiles } from '../config/types.ts'
import { ArgumentError } from '../errors.ts'
import { saveFileAtomic } from '../files/save-file.ts'
import { guessInputs } from '../prepare/guess-inputs.ts'
import { type Reporter, silent } from '../reporter.ts'
import { loadOpenModel, loadSourceModel } from './source-model.ts'

export interface InitOptions {
  march: March
  /** File to write; default `<model>_config.yaml` in the current folder. */
  output: string | undefined
  /** Replace an existing file. */
  force: boolean
  /** Shapes of inputs that the model leaves open; without any they are guessed. */
  inputShapes?: ReadonlyMap<string, readonly number[]> | undefined
  reporter?: Reporter
}

export interface InitResult {
  path: string
  guesses: MarkedGuess[]
}

/** Write the YAML. Throws ArgumentError where the file exists and `force` is not given. */
export function initConfig(files: ModelFiles, options: InitOptions): InitResult {
  const given = [...(options.inputShapes ?? [])].map(([name, shape]) => ({ name, shape }))
  const load = given.length > 0 ? loadSourceModel : loadOpenModel
  const model = load(files, given, options.reporter ?? silent)
  const prefix = basename('onnx' in files ? files.onnx : files.caffemodel).replace(/\.(onnx|caffemodel)(\.gz)?$/i, '')
  const path = options.output ?? `${prefix}_config.yaml`
  if (existsSync(path) && !options.force) {
    throw new ArgumentError('ARGUMENT_FILE_EXISTS', `${path} exists already`, {
      where: path,
      fix: 'give another file with -o, or --force to replace it',
    })
  }
  const { text, guesses } = configTemplate({
    model: Object.fromEntries(modelKeys(files).map(([key, file]) => [key, pathFrom(dirname(resolve(path)), file)])),
    prefix,
    march: options.march,
    inputs: guessInputs(model.graph, 'onnx' in files ? 'onnx' : 'caffe'),
  })
  saveFileAtomic(path, text)
  return { path, guesses }
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
