/** The YAML that makes a tuned build: a copy of the user's, comments and all, with what was found. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isMap, parseDocument } from 'yaml'
import { adjustmentValue } from '../config/adjustments.ts'
import type { BuildConfig } from '../config/types.ts'
import { saveFileAtomic } from '../files/save-file.ts'
import type { Changes } from './climb.ts'

const GROUP = 'calibration_parameters'

/** Beside the user's YAML, so that relative paths mean the same. */
export function tunedYamlPath({ file, model }: BuildConfig): string {
  return join(dirname(file!), `${model.prefix}_tuned.yaml`)
}

/** @param note What the build reaches, for the comment at the top. */
export function writeTunedYaml(config: BuildConfig, changes: Changes, note: string): string {
  const document = parseDocument(readFileSync(config.file!, 'utf8'))
  const all = new Map([...(config.calibration.adjustments ?? []), ...changes])
  const values = Object.fromEntries([...all].map(([name, change]) => [name, adjustmentValue(change)]))
  const map = document.createNode(values)
  // One line each.
  for (const { value } of map.items) if (isMap(value)) value.flow = true
  document.setIn([GROUP, 'adjustments'], map)
  // The target is reached: a build with this file need not look for it again.
  for (const key of ['accuracy_target', 'accuracy_card', 'accuracy_data']) document.deleteIn([GROUP, key])
  const before = document.commentBefore
  document.commentBefore = ` Written by openmapper tune. ${note}${before ? `\n${before}` : ''}`
  const path = tunedYamlPath(config)
  saveFileAtomic(path, document.toString({ lineWidth: 0 }))
  return path
}
