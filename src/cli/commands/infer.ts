import type { CommandSpec } from '../command.ts'

/** `openmapper infer`. */
export const inferCommand: CommandSpec = {
  name: 'infer',
  summary: 'Run a model on one picture and print the five best classes',
  options: [
    { flags: '--card <file>', description: 'model card (model.yaml)', required: true },
    { flags: '-m, --model <file>', description: 'a model of model_output/, or the float model', required: true },
    { flags: '-i, --image <file>', description: 'picture file' },
    { flags: '--sample <n>', description: "picture n of the card's data set instead" },
    { flags: '--data <dir>', description: 'folder of the data set (default: where fetch keeps it)' },
  ],
  examples: [
    'openmapper infer --card model.yaml --model model_output/net_quantized_model.onnx --image cat.jpg',
    'openmapper infer --card model.yaml --model net.onnx --sample 0',
  ],
  logFile: 'inference.log',
  load: () => import('../actions/infer.ts'),
}
