/** Stage "init": a commented YAML for a model file. */
import { existsSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { configTemplate, type MarkedGuess } from '../config/template.ts'
import type { March } from '../config/types.ts'
import { ArgumentError } from '../errors.ts'
import { loadModel } from '../files/load-model.ts'
import { saveFileAtomic } from '../files/save-file.ts'
import { refuseQuantized } from '../onnx/quantized.ts'
import { guessInputs } from '../prepare/guess-inputs.ts'

export interface InitOptions {
  march: March
  /** File to write; default `<model>_config.yaml` in the current folder. */
  output: string | undefined
  /** Replace an existing file. */
  force: boolean
}

export interface InitResult {
  path: string
  guesses: MarkedGuess[]
}

/** Write the YAML. Throws ArgumentError where the file exists and `force` is not given. */
export function initConfig(modelPath: string, options: InitOptions): InitResult {
  const model = loadModel(modelPath)
  refuseQuantized(model.graph)
  const prefix = basename(modelPath).replace(/\.onnx(\.gz)?$/i, '')
  const path = options.output ?? `${prefix}_config.yaml`
  if (existsSync(path) && !options.force) {
    throw new ArgumentError('ARGUMENT_FILE_EXISTS', `${path} exists already`, {
      where: path,
      fix: 'give another file with -o, or --force to replace it',
    })
  }
  const { text, guesses } = configTemplate({
    model: pathFrom(dirname(resolve(path)), modelPath),
    prefix,
    march: options.march,
    inputs: guessInputs(model.graph),
  })
  saveFileAtomic(path, text)
  return { path, guesses }
}

/** A path as the YAML in `folder` shall name it: relative with forward slashes, absolute where it lies elsewhere. */
function pathFrom(folder: string, file: string): string {
  const path = relative(folder, resolve(file)).replaceAll('\\', '/')
  if (path.startsWith('../../..')) return resolve(file)
  return path.startsWith('.') ? path : `./${path}`
}
