import type { CalibrationConfig } from '../config/types.ts'
import { ConfigError } from '../errors.ts'
import type { Graph } from '../ir/graph.ts'

/**
 * The user's word on what outputs are.
 *
 * @throws ConfigError CONFIG_UNKNOWN_OUTPUT for a name that is no output of the model
 */
export function knownKinds(graph: Graph, kinds: CalibrationConfig['outputKinds']): CalibrationConfig['outputKinds'] {
  const names = graph.outputs.map((output) => output.name)
  for (const name of kinds?.keys() ?? []) {
    if (names.includes(name)) continue
    throw new ConfigError('CONFIG_UNKNOWN_OUTPUT', `the model has no output named '${name}'`, {
      where: 'calibration_parameters.output_kinds',
      fix: `its outputs are ${names.join(', ')}`,
    })
  }
  return kinds
}
