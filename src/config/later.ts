/** Keys that are read before their feature exists (ARCHITECTURE.md, "Keys whose feature comes later"). */
import { ConfigError } from '../errors.ts'
import { GROUPS, type GroupName } from './keys/index.ts'
import type { KeySpec } from './key-spec.ts'
import type { RawConfig } from './schema.ts'

interface Later {
  key: string
  instead: string
}

/**
 * Warning lines for keys that change only speed or files. Keys that would change numbers or placement are refused with
 * ConfigError CONFIG_NOT_SUPPORTED_YET, or warned about when `ignore` is given.
 */
export function laterFeatures(raw: RawConfig, ignore: boolean, file: string): string[] {
  const idle: string[] = []
  const refused: Later[] = [...changingValues(raw)]
  for (const [group, table] of Object.entries(GROUPS)) {
    for (const [name, spec] of Object.entries<KeySpec>(table)) {
      const value = raw[group as GroupName][name]
      if (value === undefined || value === false || spec.later === undefined) continue
      const key = `${group}.${name}`
      if (spec.later === 'warn') idle.push(key)
      else refused.push({ key, instead: spec.instead ?? 'leave it out' })
    }
  }
  if (!ignore && refused.length > 0) {
    const [first] = refused
    throw new ConfigError('CONFIG_NOT_SUPPORTED_YET', `${first.key} is not supported yet`, {
      where: file,
      detail: refused
        .slice(1)
        .map(({ key }) => `${key} is not supported yet either`)
        .join('\n'),
      fix: `${first.instead}; or give --ignore-unsupported to build without it`,
    })
  }
  const warnings = idle.length === 0 ? [] : [`read, but without effect in this version: ${idle.join(', ')}`]
  for (const { key } of refused) warnings.push(`${key} is not supported yet and was ignored (--ignore-unsupported)`)
  return warnings
}

/** Values of otherwise known keys that are not supported yet. */
function changingValues(raw: RawConfig): Later[] {
  const later: Later[] = []
  const calibration = raw.calibration_parameters
  const type = calibration['calibration_type']
  if (type === 'load')
    later.push({
      key: 'calibration_parameters.calibration_type: load',
      instead: 'use calibration_type: default with calibration data',
    })
  if (type === 'mix')
    later.push({ key: 'calibration_parameters.calibration_type: mix', instead: 'use calibration_type: default' })
  if (calibration['per_channel'] === true)
    later.push({ key: 'calibration_parameters.per_channel', instead: 'leave it out: thresholds are per tensor' })
  const known = new Set(['bias_correction', 'set_Softmax_input_int8', 'set_Softmax_output_int8'])
  const optimization = ((calibration['optimization'] as string | undefined) ?? '')
    .split(/[,;]/)
    .map((part) => part.trim())
  for (const entry of optimization) {
    if (entry !== '' && !known.has(entry))
      later.push({ key: `calibration_parameters.optimization: ${entry}`, instead: 'leave it out' })
  }
  const batch = raw.input_parameters['input_batch']
  if (typeof batch === 'number' && batch > 1)
    later.push({
      key: 'input_parameters.input_batch',
      instead: 'leave it out: the ONNX files have batch 1 in any case',
    })
  const info = raw.model_parameters['node_info']
  const entries = typeof info === 'object' && info !== null ? Object.values(info) : []
  if (entries.some((wish) => typeof wish === 'object' && wish !== null && 'ON' in wish)) {
    later.push({ key: "model_parameters.node_info 'ON'", instead: "keep only 'InputType': 'int16'" })
  }
  return later
}
