import { RESTARTS } from '../../stages/restart.ts'
import type { CommandSpec } from '../command.ts'

const options: CommandSpec['options'] = [
  { flags: '-c, --config <file>', description: 'the YAML: model, inputs, calibration data', required: true },
  {
    flags: '--model-type <type>',
    description: 'kind of the float model; the YAML says it too',
    choices: ['onnx', 'caffe'],
  },
  {
    flags: '--from <stage>',
    description: 'start from the artefact before this stage (same working_dir)',
    choices: RESTARTS,
  },
  {
    flags: '--bias-correction <mode>',
    description: 'correct biases: auto tries and keeps what helps',
    choices: ['auto', 'on', 'off'],
    default: 'auto',
  },
  {
    flags: '--search-budget <n>',
    description:
      'what the search of calibration_type default may cost: n x the float runs over the samples; 0: no search',
    default: '30',
  },
  {
    flags: '--int16 <mode>',
    description: 'let the search raise the few activations that matter most to int16 (at most 5 %), or not',
    choices: ['auto', 'forbidden'],
    default: 'auto',
  },
  {
    flags: '--verify <extent>',
    description: 'prove the integer arithmetic on samples of every node, or on every value',
    choices: ['tiles', 'full'],
    default: 'tiles',
  },
  {
    flags: '--ignore-unsupported',
    description: 'build without the YAML keys whose feature comes later; each is logged',
  },
  { flags: '--threads <n>', description: 'threads of the inference engine', default: '2' },
]

/** `openmapper build`. */
export const buildCommand: CommandSpec = {
  name: 'build',
  summary: 'Quantize a float model: calibrate, build the INT8 model, say how good it is',
  options,
  examples: [
    'openmapper init model.onnx        # writes model_config.yaml',
    'openmapper build -c model_config.yaml',
    'openmapper build -c model_config.yaml --from calibrate --bias-correction on',
  ],
  logFile: 'openmapper_build.log',
  load: () => import('../actions/build.ts'),
}

/** The manual's name for it. */
export const makertbinCommand: CommandSpec = {
  ...buildCommand,
  name: 'makertbin',
  examples: ['hb_mapper makertbin --config mobilenet_config.yaml --model-type onnx'],
  logFile: 'hb_mapper_makertbin.log',
}
