/** Which files a command line names: one ONNX file, or the two of a Caffe model. */
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ModelFiles } from '../config/types.ts'
import { ArgumentError } from '../errors.ts'
import { type OptionSpec, type OptionValues, text } from './command.ts'

export const PROTO_OPTION: OptionSpec = { flags: '--proto <file>', description: 'prototxt of a Caffe model' }

/**
 * The model given as argument or by `--model`; a `.caffemodel`, `--proto` or `--model-type caffe` says Caffe.
 *
 * Throws ArgumentError where one of the two files of a Caffe model is missing.
 */
export function modelFiles(argument: string | undefined, options: OptionValues): ModelFiles {
  const model = argument ?? text(options, 'model')!
  const prototxt = text(options, 'proto')
  const type = text(options, 'modelType')
  if (model.endsWith('.prototxt') && prototxt === undefined) {
    const weights = beside(model, '.caffemodel') ?? 'NET.caffemodel'
    throw new ArgumentError('ARGUMENT_CAFFE_FILES', `${model} is the net alone; its weights are missing`, {
      where: argument === undefined ? '--model' : model,
      fix: argument === undefined ? `give --proto ${model} --model ${weights}` : `give ${weights} --proto ${model}`,
    })
  }
  const caffe =
    type === 'caffe' || (type === undefined && (prototxt !== undefined || /\.caffemodel(\.gz)?$/.test(model)))
  if (caffe && prototxt === undefined) {
    throw new ArgumentError('ARGUMENT_CAFFE_FILES', `a Caffe model is two files: the prototxt of ${model} is missing`, {
      where: '--proto',
      fix: `give --proto ${beside(model, '.prototxt') ?? 'NET.prototxt'}`,
    })
  }
  if (!caffe && prototxt !== undefined) {
    throw new ArgumentError('ARGUMENT_PROTO', '--proto belongs to Caffe models', {
      where: '--proto',
      fix: 'give --model-type caffe, or leave --proto out',
    })
  }
  return caffe ? { prototxt: prototxt!, caffemodel: model } : { onnx: model }
}

/** The first file of the same folder with an ending. */
function beside(file: string, ending: string): string | undefined {
  try {
    const name = readdirSync(dirname(file))
      .toSorted()
      .find((one) => one.endsWith(ending))
    return name === undefined ? undefined : join(dirname(file), name)
  } catch {
    return undefined
  }
}
