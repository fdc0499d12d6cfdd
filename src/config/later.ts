/** Keys that are read before their feature exists (ARCHITECTURE.md, "Keys whose feature comes later"). */
import type { PlacedMistake } from '../text/parse-yaml.ts'
import { optimizationEntries } from './check-requests.ts'
import { GROUPS, type GroupName } from './keys/index.ts'
import type { KeySpec } from './key-spec.ts'
import type { RawConfig } from './schema.ts'

/** A key or value that would change numbers or placement, and what to do meanwhile. */
export interface Refused extends PlacedMistake {
  instead: string
}

/**
 * Warning lines for keys that change only speed or files, and the keys that cannot be honoured yet. With `ignore` the latter
 * become warnings as well.
 */
export function laterFeatures(raw: RawConfig, ignore: boolean): { warnings: string[]; refused: Refused[] } {
  const idle: string[] = []
  const refused: Refused[] = [...changingValues(raw)]
  for (const [group, table] of Object.entries(GROUPS)) {
    for (const [name, spec] of Object.entries<KeySpec>(table)) {
      const value = raw[group as GroupName][name]
      if (value === undefined || value === false || spec.later === undefined) continue
      if (spec.later === 'warn') idle.push(`${group}.${name}`)
      else refused.push(notYet(group as GroupName, name, name, spec.instead ?? 'leave it out'))
    }
  }
  const warnings = idle.length === 0 ? [] : [`read, but without effect in this version: ${idle.join(', ')}`]
  if (!ignore) return { warnings, refused }
  for (const { message } of refused) warnings.push(`${message} and was ignored (--ignore-unsupported)`)
  return { warnings, refused: [] }
}

function notYet(group: GroupName, key: string, what: string, instead: string): Refused {
  return { path: [group, key], message: `${what} is not supported yet`, instead }
}

/** Values of otherwise known keys that are not supported yet. */
function changingValues(raw: RawConfig): Refused[] {
  const later: Refused[] = []
  const group = 'calibration_parameters'
  const calibration = raw[group]
  const type = calibration['calibration_type']
  if (type === 'load') {
    const instead = 'use calibration_type: default with calibration data'
    later.push(notYet(group, 'calibration_type', `calibration_type: ${type}`, instead))
  }
  const known = new Set(['asymmetric', 'bias_correction', 'set_Softmax_input_int8', 'set_Softmax_output_int8'])
  for (const entry of optimizationEntries(calibration)) {
    if (!known.has(entry)) later.push(notYet(group, 'optimization', `optimization: ${entry}`, `leave ${entry} out`))
  }
  const batch = raw.input_parameters['input_batch']
  if (typeof batch === 'number' && batch > 1) {
    const instead = 'leave it out: the ONNX files have batch 1 in any case'
    later.push(notYet('input_parameters', 'input_batch', `input_batch: ${batch}`, instead))
  }
  const info = raw.model_parameters['node_info']
  const entries = typeof info === 'object' && info !== null ? Object.values(info) : []
  if (entries.some((wish) => typeof wish === 'object' && wish !== null && Reflect.get(wish, 'ON') === 'BPU')) {
    later.push(notYet('model_parameters', 'node_info', "'ON': 'BPU' in node_info", 'leave it out'))
  }
  return later
}
