/** Values with a small language of their own: node_info, remove_node_type, optimization, input_source. */
import { suggestion } from '../text/nearest-name.ts'
import type { Add } from './cross-check.ts'
import type { GroupValues } from './schema.ts'

const NODE_TYPES = ['int8', 'int16']

/** `set_node_data_type: node:int16` and `node_info: {'node': {'ON': 'BPU', 'InputType': 'int16'}}`. */
export function checkNodeInfo(model: GroupValues, add: Add): void {
  for (const key of ['set_node_data_type', 'node_info']) {
    for (const [node, wish] of Object.entries((model[key] as object | undefined) ?? {})) {
      const complain = (what: string): void => add('model_parameters', key, `'${key}' of node '${node}': ${what}`)
      if (typeof wish !== 'object' || wish === null) {
        if (!NODE_TYPES.includes(String(wish))) complain(`takes int8 or int16, not '${wish}'`)
        continue
      }
      for (const [name, value] of Object.entries(wish)) {
        if (name === 'ON') {
          if (value !== 'BPU' && value !== 'CPU') complain(`ON takes BPU or CPU, not '${value}'`)
        } else if (/^(InputType\d*|OutputType)$/.test(name)) {
          if (!NODE_TYPES.includes(String(value))) complain(`${name} takes int8 or int16, not '${value}'`)
        } else complain(`unknown key '${name}': ${suggestion(name, ['ON', 'InputType', 'OutputType'])}`)
      }
    }
  }
}

const REMOVABLE = ['Quantize', 'Transpose', 'Dequantize', 'Cast', 'Reshape', 'Softmax']

/** `remove_node_type: Dequantize;Transpose`. */
export function checkRemovals(model: GroupValues, add: Add): void {
  for (const type of (model['remove_node_type'] as string[] | undefined) ?? []) {
    if (REMOVABLE.includes(type)) continue
    const message = `'remove_node_type' is '${type}': ${suggestion(type, REMOVABLE)}`
    add('model_parameters', 'remove_node_type', message)
  }
}

const OPTIMIZATIONS = [
  'set_model_output_int8',
  'set_model_output_int16',
  'set_all_nodes_int16',
  'asymmetric',
  'bias_correction',
  'lstm_batch_last',
]

/** Entries of `optimization`, separated by `,` or `;`. */
export function optimizationEntries(calibration: GroupValues): string[] {
  const text = (calibration['optimization'] as string | undefined) ?? ''
  return text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Refuse entries no version knows; those of later versions are answered in `later.ts`. */
export function checkOptimization(calibration: GroupValues, add: Add): void {
  for (const entry of optimizationEntries(calibration)) {
    if (OPTIMIZATIONS.includes(entry) || /^set_\w+_(input|output)_int(8|16)$/.test(entry)) continue
    const message = `'optimization' has the entry '${entry}': ${suggestion(entry, OPTIMIZATIONS)}`
    add('calibration_parameters', 'optimization', message)
  }
}

const SOURCES = ['ddr', 'pyramid', 'resizer']

/** `{"data": "ddr"}`. */
export function checkInputSource(compiler: GroupValues, add: Add): void {
  for (const [input, source] of Object.entries((compiler['input_source'] as object | undefined) ?? {})) {
    if (SOURCES.includes(String(source))) continue
    const message =
      source === ''
        ? `'input_source' needs the name of the input: {"name": "${input}"}`
        : `'input_source' of '${input}' is '${source}': known are ${SOURCES.join(', ')}`
    add('compiler_parameters', 'input_source', message)
  }
}
