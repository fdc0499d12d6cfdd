import type { CommandSpec } from '../command.ts'

/** `openmapper infer`. */
export const inferCommand: CommandSpec = {
  name: 'infer',
  summary: 'Run a model on one picture: its answer in lines and drawn into a copy of the picture',
  options: [
    { flags: '--card <file>', description: 'model card (model.yaml)', required: true },
    { flags: '-m, --model <file>', description: 'a model of model_output/, or the float model', required: true },
    { flags: '-i, --image <file>', description: 'picture file' },
    { flags: '--sample <n>', description: "picture n of the card's data set instead" },
    { flags: '-o, --output <file>', description: 'annotated picture to write (default: <picture>_annotated.png here)' },
    { flags: '--compare', description: 'the float model of the build as well, side by side' },
    { flags: '--min-score <value>', description: 'leave out boxes below (default 0.3)' },
    { flags: '--language <en|zh>', description: "labels in English or Chinese (default: the terminal's language)" },
    {
      flags: '--data <dir>',
      description: 'folder of the data set (default: zoo/01_common/data/NAME, or where fetch keeps it)',
    },
  ],
  examples: [
    'openmapper infer --card model.yaml --model model_output/net_quantized_model.onnx --image cat.jpg',
    'openmapper infer --card model.yaml --model model_output/net_quantized_model.onnx --image cat.jpg --compare',
    'openmapper infer --card model.yaml --model net.onnx --sample 0',
  ],
  logFile: 'inference.log',
  load: () => import('../actions/infer.ts'),
}
