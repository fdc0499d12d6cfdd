import { TARGET_KINDS } from '../../sensitivity/targets.ts'
import type { CommandSpec } from '../command.ts'

/** `openmapper sensitivity`. */
export const sensitivityCommand: CommandSpec = {
  name: 'sensitivity',
  summary: 'Which tensor costs how much: each quantized alone, compared with float at the outputs',
  arguments: [{ name: '<model>', description: '..._calibrated_model.onnx of a build' }],
  options: [
    {
      flags: '-n, --node-type <kind>',
      description: 'what to quantize alone: an operator with all it reads, one weight, one activation',
      choices: TARGET_KINDS,
      default: 'activation',
    },
    {
      flags: '--top <n>',
      description:
        'find the n most sensitive: all on one sample, in groups on the others, the likely ones alone on all',
    },
    { flags: '-d, --samples <n>', description: 'calibration samples to use', default: '8' },
    {
      flags: '--data <dir...>',
      description: 'calibration data, a folder per input (default: where the build found it)',
    },
    { flags: '-o, --output <name...>', description: 'compare these nodes or values instead of the outputs' },
    { flags: '-i, --interested <name...>', description: 'measure these only' },
    { flags: '-p, --processes <n>', description: 'worker processes (default: one per core)' },
  ],
  examples: [
    'openmapper sensitivity model_output/net_calibrated_model.onnx --top 10',
    'openmapper sensitivity model_output/net_calibrated_model.onnx --node-type weight --json',
  ],
  load: () => import('../actions/sensitivity.ts'),
}

/** `hmct-debugger get-sensitivity-of-nodes`, with the manual's options. */
export const getSensitivityCommand: CommandSpec = {
  name: 'get-sensitivity-of-nodes',
  summary: 'Quantize one node at a time and compare the output with float',
  arguments: [
    { name: '<model>', description: '..._calibrated_model.onnx of a build' },
    { name: '<data>', description: 'folder of calibration data (several inputs: a folder with one inside for each)' },
  ],
  options: [
    {
      flags: '-m, --metrics <metric>',
      description: 'cosine-similarity, mse, mre, sqnr, chebyshev; several separated by commas, sorted by the first',
      default: 'cosine-similarity',
    },
    { flags: '-o, --output_node <name>', description: 'compare this node instead of the outputs' },
    {
      flags: '-n, --node_type <kind>',
      description: 'node, weight or activation',
      choices: TARGET_KINDS,
      default: 'node',
    },
    { flags: '-d, --data_num <n>', description: 'samples to use (default: all)' },
    { flags: '-v, --verbose <bool>', description: 'print the table', choices: ['True', 'False'], default: 'True' },
    { flags: '-i, --interested_nodes <names>', description: 'these only, of any type; several separated by commas' },
  ],
  examples: [
    'hmct-debugger get-sensitivity-of-nodes model_output/net_calibrated_model.onnx ./calibration_data_rgb -n activation',
    "hmct-debugger get-sensitivity-of-nodes net_calibrated_model.onnx ./calibration_data -m \"['sqnr','mse']\" -d 8",
  ],
  load: () => import('../actions/get-sensitivity.ts'),
}
