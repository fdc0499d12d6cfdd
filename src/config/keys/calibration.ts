import type { KeyTable } from '../key-spec.ts'

/** Group `calibration_parameters`. */
export const CALIBRATION_KEYS = {
  cal_data_dir: { type: 'list', default: 'required unless skip', note: 'Folders of calibration samples.' },
  cal_data_type: {
    type: 'choices',
    values: ['float32', 'uint8'],
    default: 'float32 for folders ending in _f32, else uint8',
    note: 'Element type of the samples.',
  },
  preprocess_on: {
    type: 'boolean',
    default: 'False',
    note: 'True: the folders hold pictures (JPEG, PNG...), which the build resizes itself.',
  },
  calibration_type: {
    type: 'choice',
    values: ['default', 'mix', 'kl', 'max', 'mse', 'load', 'skip'],
    default: 'default',
    note: 'How thresholds are chosen; default tries several and keeps the best, mix picks one of them for each sensitive tensor.',
  },
  max_percentile: {
    type: 'number',
    min: 0,
    max: 1,
    default: '1.0',
    note: 'With max: the quantile of |x| taken as threshold, e.g. 0.99995.',
  },
  per_channel: {
    type: 'boolean',
    default: 'False',
    note: 'Activation ranges per channel where depthwise Convs and look-ups make them exact; with kl, max and mse (default tries it by itself).',
  },
  run_on_cpu: {
    type: 'list',
    default: '-',
    note: 'Nodes to leave in float on the CPU.',
  },
  run_on_bpu: {
    type: 'list',
    default: '-',
    note: 'Nodes to put on the accelerator.',
    later: 'refuse',
    instead: 'leave it out',
  },
  output_kinds: {
    type: 'map',
    default: 'recognised by the graph and the float results',
    note: "How the search judges outputs: {'output': 'classifier' | 'detector' | 'class-map' | 'relative'}.",
  },
  adjustments: {
    type: 'map',
    default: '-',
    note:
      "Changes to what calibration found, applied after it; written by openmapper tune: {'tensor': {'threshold': 3.5}}, " +
      "{'tensor': {'threshold': 9, 'DataType': 'int16'}}, {'node': {'ON': 'CPU'}}.",
  },
  accuracy_target: {
    type: 'text',
    default: '-',
    note:
      'Like 0.5%: how many percentage points of its main metric INT8 may lose against float. ' +
      'A build then goes on as openmapper tune until this holds.',
  },
  accuracy_card: { type: 'text', default: '-', note: 'Model card (model.yaml) that accuracy_target is measured with.' },
  accuracy_data: {
    type: 'text',
    default: 'zoo/01_common/data/NAME, or where fetch keeps it',
    note: 'Folder of the labelled pictures for accuracy_target.',
  },
  optimization: {
    type: 'text',
    default: '-',
    note:
      'Comma list of bias_correction and asymmetric (zero points where they are exact, on march generic everywhere; ' +
      'with kl, max and mse).',
  },
} as const satisfies KeyTable
