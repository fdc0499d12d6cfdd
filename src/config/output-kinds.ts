/** `output_kinds`: how the search judges outputs, where the graph does not show what they are. */
import { OUTPUT_KINDS, type OutputKind } from '../search/error/measure.ts'
import { suggestion } from '../text/nearest-name.ts'
import type { Add } from './cross-check.ts'
import type { GroupValues } from './schema.ts'

export function checkOutputKinds(calibration: GroupValues, add: Add): void {
  for (const [output, kind] of entriesOf(calibration)) {
    if (isKind(kind)) continue
    const text = String(kind)
    const help = suggestion(text, OUTPUT_KINDS)
    add('calibration_parameters', 'output_kinds', `'output_kinds' of '${output}': '${text}' is no kind; ${help}`)
  }
}

/** The checked map; undefined where there is none. */
export function outputKindsOf(calibration: GroupValues): ReadonlyMap<string, OutputKind> | undefined {
  const entries = entriesOf(calibration)
  return entries.length === 0 ? undefined : new Map(entries as [string, OutputKind][])
}

function entriesOf(calibration: GroupValues): [string, unknown][] {
  return Object.entries((calibration['output_kinds'] as object | undefined) ?? {})
}

function isKind(value: unknown): value is OutputKind {
  return OUTPUT_KINDS.some((kind) => kind === value)
}
