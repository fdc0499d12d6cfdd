import { MARCHES } from '../types.ts'
import type { KeyTable } from '../key-spec.ts'

/** Group `model_parameters`. */
export const MODEL_KEYS = {
  onnx_model: { type: 'text', default: '-', note: 'Float ONNX model. Either this, or prototxt and caffe_model.' },
  prototxt: { type: 'text', default: '-', note: 'Caffe graph definition.' },
  caffe_model: { type: 'text', default: '-', note: 'Caffe weights.' },
  march: {
    type: 'choice',
    values: MARCHES,
    default: 'required',
    note: 'Target: bernoulli2 (X3), bayes (J5), bayes-e (X5), generic (any integer machine).',
  },
  output_model_file_prefix: { type: 'text', default: 'model', note: "Beginning of the artefacts' names." },
  working_dir: { type: 'text', default: 'model_output', note: 'Folder of the artefacts, made if missing.' },
  layer_out_dump: { type: 'boolean', default: 'False', note: 'Dump every layer.', later: 'warn' },
  output_nodes: {
    type: 'list',
    default: 'outputs of the model',
    note: 'Nodes to take as outputs, in this order, instead of those of the model.',
  },
  remove_node_type: {
    type: 'list',
    default: '-',
    note: 'Head or tail nodes that the .bin leaves out, by type; the ONNX files keep them.',
    later: 'warn',
  },
  remove_node_name: {
    type: 'list',
    default: '-',
    note: 'Head or tail nodes that the .bin leaves out, by name; the ONNX files keep them.',
    later: 'warn',
  },
  set_node_data_type: { type: 'map', default: '-', note: 'node:int16 (deprecated: node_info).' },
  node_info: { type: 'map', default: '-', note: "Precision by node: {'node': {'InputType': 'int16'}} or node:int16." },
  debug_mode: { type: 'list', default: '-', note: 'dump_calibration_data.', later: 'warn' },
  log_level: { type: 'text', default: '-', note: 'Deprecated, ignored.', later: 'warn' },
} as const satisfies KeyTable
