import type { KeyTable } from '../key-spec.ts'

/** Group `compiler_parameters`. */
export const COMPILER_KEYS = {
  compile_mode: {
    type: 'choice',
    values: ['latency', 'bandwidth', 'balance'],
    default: 'latency',
    note: 'What the compiler minimises.',
    later: 'warn',
  },
  balance_factor: {
    type: 'number',
    min: 0,
    max: 100,
    integer: true,
    default: '-',
    note: 'With balance.',
    later: 'warn',
  },
  debug: { type: 'boolean', default: 'False', note: 'Per-layer figures in the .bin.', later: 'warn' },
  core_num: {
    type: 'number',
    min: 1,
    max: 2,
    integer: true,
    default: '1',
    note: 'Cores of the accelerator.',
    later: 'warn',
  },
  optimize_level: {
    type: 'choice',
    values: ['O0', 'O1', 'O2', 'O3'],
    default: 'O0',
    note: 'Effort of the compiler.',
    later: 'warn',
  },
  input_source: {
    type: 'map',
    default: 'pyramid for nv12 and gray, else ddr',
    note: '{"data": "ddr" | "pyramid" | "resizer"}.',
    later: 'warn',
  },
  max_time_per_fc: {
    type: 'number',
    min: 0,
    max: 4294967295,
    integer: true,
    default: '0',
    note: 'Longest function call in microseconds, at least 1000; 0 is no limit.',
    later: 'warn',
  },
  jobs: { type: 'number', min: 1, integer: true, default: '-', note: 'Threads of the compiler.', later: 'warn' },
  advice: { type: 'number', default: '-', note: 'Advice on slow operators.', later: 'warn' },
} as const satisfies KeyTable

/** Group `custom_op`. */
export const CUSTOM_OP_KEYS = {
  custom_op_method: {
    type: 'choice',
    values: ['register'],
    default: '-',
    note: 'Custom operators.',
    later: 'refuse',
    instead: 'remove the operator from the model',
  },
  op_register_files: {
    type: 'list',
    default: '-',
    note: 'Files that register them.',
    later: 'refuse',
    instead: 'remove the operator from the model',
  },
  custom_op_dir: {
    type: 'text',
    default: '-',
    note: 'Folder of those files.',
    later: 'refuse',
    instead: 'remove the operator from the model',
  },
} as const satisfies KeyTable
