/** All groups of the YAML. */
import type { KeyTable } from '../key-spec.ts'
import { CALIBRATION_KEYS } from './calibration.ts'
import { COMPILER_KEYS, CUSTOM_OP_KEYS } from './compiler.ts'
import { INPUT_KEYS } from './input.ts'
import { MODEL_KEYS } from './model.ts'

export const GROUPS = {
  model_parameters: MODEL_KEYS,
  input_parameters: INPUT_KEYS,
  calibration_parameters: CALIBRATION_KEYS,
  compiler_parameters: COMPILER_KEYS,
  custom_op: CUSTOM_OP_KEYS,
} as const satisfies Record<string, KeyTable>

export type GroupName = keyof typeof GROUPS
