import type { CommandSpec } from '../command.ts'

/** `openmapper evaluate`. */
export const evaluateCommand: CommandSpec = {
  name: 'evaluate',
  summary: 'Accuracy of one or more models over the data set of their card',
  options: [
    { flags: '--card <file>', description: 'model card (model.yaml)', required: true },
    {
      flags: '-m, --model <file...>',
      description: 'models of model_output/, or the float model; all are compared with the first',
      required: true,
    },
    {
      flags: '--data <dir>',
      description: 'folder of the data set (default: zoo/01_common/data/NAME, or where fetch keeps it)',
    },
    {
      flags: '-p, --processes <n>',
      description:
        'worker processes, each with the model in memory (default: quantized models PARALLEL_PROCESS_NUM, or one per core and at most 10; others 1)',
    },
    {
      flags: '--compare',
      description: 'score the float model of the build as well: both figures, the difference and its 95 % interval',
    },
    {
      flags: '--engine <name>',
      description: 'fork: processes of this machine; bullmq: `openmapper worker`s anywhere, through --redis',
      choices: ['fork', 'bullmq'],
      default: 'fork',
    },
    { flags: '--redis <address>', description: 'redis://host:port, for --engine bullmq' },
    { flags: '--limit <n>', description: 'score the first pictures only' },
    {
      flags: '--preprocessed <dir>',
      description: 'files of hb_eval_preprocess for this model, read in place of the pictures',
    },
    {
      flags: '--short',
      description: 'a quick test: the pictures of val_piece.txt in the data folder, the first 100 where there is none',
    },
  ],
  examples: [
    'openmapper evaluate --card model.yaml --model model_output/net_quantized_model.onnx -p 4',
    'openmapper evaluate --card model.yaml --model model_output/net_quantized_model.onnx --compare',
    'openmapper evaluate --card model.yaml --model model_output/net_quantized_model.onnx --short',
    'openmapper evaluate --card model.yaml --model net_original_float_model.onnx net_quantized_model.onnx',
    'openmapper evaluate --card model.yaml --model net_quantized_model.onnx --engine bullmq --redis redis://127.0.0.1:6379',
  ],
  load: () => import('../actions/evaluate.ts'),
}
