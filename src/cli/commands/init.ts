import { MARCHES } from '../../config/types.ts'
import type { CommandSpec } from '../command.ts'
import { PROTO_OPTION } from '../model-files.ts'

/** `openmapper init MODEL`. */
export const initCommand: CommandSpec = {
  name: 'init',
  summary:
    'Write a commented YAML and a card (model.yaml) for a model; what its file does not tell is guessed and marked',
  arguments: [{ name: '<model>', description: 'float ONNX model, or caffemodel' }],
  options: [
    {
      flags: '-o, --output <file>',
      description: 'the YAML to write (default: MODEL_config.yaml in this folder); the card goes beside it',
    },
    { flags: '--march <march>', description: 'target', choices: MARCHES, default: 'bayes' },
    PROTO_OPTION,
    { flags: '--input-shape <name shape...>', description: 'fix an input, like data 1x3x224x224 (repeat per input)' },
    { flags: '--force', description: 'replace the files if they exist' },
  ],
  examples: [
    'openmapper init mobilenet.onnx',
    'openmapper init net.caffemodel --proto deploy.prototxt',
    'openmapper init model.onnx -o mapper/model_config.yaml --march generic',
  ],
  load: () => import('../actions/init.ts'),
}
