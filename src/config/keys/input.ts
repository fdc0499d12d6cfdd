import type { KeyTable } from '../key-spec.ts'
import { RUNTIME_TYPES, TRAIN_TYPES } from '../types.ts'

/** Group `input_parameters`. Values of several inputs are separated by `;` in the order of input_name. */
export const INPUT_KEYS = {
  input_name: { type: 'list', default: 'from the model', note: 'Input names; needed with several inputs.' },
  input_type_train: {
    type: 'choices',
    values: TRAIN_TYPES,
    default: 'required',
    note: 'Colour type of the training pixels.',
  },
  input_layout_train: {
    type: 'choices',
    values: ['NCHW', 'NHWC'],
    default: 'required',
    note: "Layout of the model's input.",
  },
  input_type_rt: { type: 'choices', values: RUNTIME_TYPES, default: 'required', note: 'Colour type at run time.' },
  input_layout_rt: {
    type: 'choices',
    values: ['NCHW', 'NHWC'],
    default: 'layout of training',
    note: 'Layout at run time; not used for nv12.',
  },
  input_space_and_range: {
    type: 'choices',
    values: ['regular', 'bt601_video'],
    default: 'regular',
    note: 'Range of nv12 pixels: 0..255 or 16..235.',
  },
  input_shape: { type: 'list', default: 'from the model', note: 'Like 1x3x224x224; needed for dynamic shapes.' },
  input_batch: { type: 'number', min: 1, max: 4096, integer: true, default: '1', note: 'Batch of the .bin.' },
  separate_batch: { type: 'boolean', default: 'False', note: 'Separate batch of the .bin.', later: 'warn' },
  norm_type: {
    type: 'choices',
    values: ['no_preprocess', 'data_mean', 'data_scale', 'data_mean_and_scale'],
    default: 'no_preprocess',
    note: 'Normalisation folded into the model.',
  },
  mean_value: { type: 'numbers', default: '-', note: 'One number or one per channel: (pixel - mean) * scale.' },
  scale_value: { type: 'numbers', default: '-', note: 'One number or one per channel.' },
} as const satisfies KeyTable
