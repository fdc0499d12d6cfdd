import { MARCHES } from '../../config/types.ts'
import type { CommandSpec } from '../command.ts'
import { PROTO_OPTION } from '../model-files.ts'

const shape = {
  flags: '--input-shape <name shape...>',
  description: 'fix an input, like data 1x3x224x224 (repeat per input)',
}
const march = { flags: '--march <march>', description: 'target', choices: MARCHES, default: 'bayes' }

/** `openmapper check MODEL`. */
export const checkCommand: CommandSpec = {
  name: 'check',
  summary: 'Which operator runs on the accelerator, which on the CPU, and why',
  arguments: [{ name: '<model>', description: 'float ONNX model, or caffemodel' }],
  options: [march, shape, PROTO_OPTION],
  examples: [
    'openmapper check mobilenet.onnx',
    'openmapper check net.caffemodel --proto deploy.prototxt',
    'openmapper check model.onnx --march generic --input-shape data 1x3x224x224',
  ],
  load: () => import('../actions/check.ts'),
}

/** The manual's form. */
export const checkerCommand: CommandSpec = {
  name: 'checker',
  summary: checkCommand.summary,
  options: [
    { flags: '--model-type <type>', description: 'kind of the model', choices: ['onnx', 'caffe'] },
    march,
    PROTO_OPTION,
    { flags: '--model <file>', description: 'onnx model, or caffemodel', required: true },
    shape,
    { flags: '--output <file>', description: 'deprecated, ignored', hidden: true },
  ],
  examples: [
    'hb_mapper checker --model-type onnx --march bayes --model mobilenet.onnx',
    'hb_mapper checker --model-type caffe --march bayes --proto deploy.prototxt --model net.caffemodel',
  ],
  logFile: 'hb_mapper_checker.log',
  load: () => import('../actions/check.ts'),
}
