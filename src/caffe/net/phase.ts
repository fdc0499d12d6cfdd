/** Which layers are part of the net that is run: those of the TEST phase. */
import { choice, int, messages, texts, type Values } from '../prototxt/fields.ts'
import type { LayerDefinition, NetDefinition } from './definition.ts'

const phase = choice(['TRAIN', 'TEST'], undefined)

/** NetState: `state { }` of a net. */
export const STATE_FIELDS = { phase, level: int(0), stage: texts() }

/** NetStateRule */
const STATE_RULE = { phase, min_level: int(), max_level: int(), stage: texts(), not_stage: texts() }
type StateRule = Values<typeof STATE_RULE>

/** Fields of a layer that say when it is part of the net. */
export const RULE_FIELDS = { phase, include: messages(STATE_RULE), exclude: messages(STATE_RULE) }

/** Whether anything in a layer says when it is part of the net. */
export function hasRule({ phase, include, exclude }: LayerDefinition): boolean {
  return phase !== undefined || include.length > 0 || exclude.length > 0
}

/** Layers of the TEST net: without include rule or with one that matches, and with no exclude rule that matches. */
export function testLayers({ layers, state }: NetDefinition): LayerDefinition[] {
  const level = state?.level ?? 0
  const stages = state?.stage ?? []
  const meets = (rule: StateRule): boolean =>
    (rule.phase ?? 'TEST') === 'TEST' &&
    level >= (rule.min_level ?? -Infinity) &&
    level <= (rule.max_level ?? Infinity) &&
    rule.stage.every((stage) => stages.includes(stage)) &&
    !rule.not_stage.some((stage) => stages.includes(stage))
  return layers.filter(
    (layer) =>
      layer.phase !== 'TRAIN' &&
      (layer.include.length === 0 || layer.include.some(meets)) &&
      !layer.exclude.some(meets),
  )
}
