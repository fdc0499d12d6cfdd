/** Layers that need labels are no part of the model: they go, with what only they feed. */
import type { TextSource } from '../prototxt/source.ts'
import type { LayerDefinition } from './definition.ts'
import { labelBlobs } from './inputs.ts'
import { bringsData, needsLabels } from './kinds.ts'
import { hasRule } from './phase.ts'

/**
 * Layers without Accuracy, losses and what depends on labels alone; each one dropped is told through `info`.
 *
 * Throws ReadError for an Accuracy that no rule keeps to a phase, as the original checker does, and for a layer that mixes labels with
 * values.
 */
export function withoutLabels(
  layers: readonly LayerDefinition[],
  source: TextSource,
  info: (message: string) => void,
): LayerDefinition[] {
  const gone = new Set(labelBlobs(layers))
  return layers.filter((layer) => {
    const { name, type, bottoms, tops, at } = layer
    if (bringsData(layer)) return true
    if (type === 'Accuracy' && !hasRule(layer)) refuseAccuracy(layer, source)
    const fromLabels = bottoms.filter((bottom) => gone.has(bottom))
    const labelOnly = bottoms.length > 0 && fromLabels.length === bottoms.length
    if (!needsLabels(layer) && !labelOnly) {
      for (const top of tops) gone.delete(top)
      if (fromLabels.length === 0) return true
      throw source.error(
        'READ_CAFFE_LABEL',
        `layer '${name}' (${type}) reads '${fromLabels[0]}', which holds labels`,
        at,
        {
          fix: 'a model knows no labels: give the layer include { phase: TRAIN }, or remove it',
        },
      )
    }
    for (const top of tops) if (!bottoms.includes(top)) gone.add(top)
    const instead = type === 'SoftmaxWithLoss' ? '; for probabilities write type: "Softmax" and remove its label' : ''
    info(`layer '${name}' (${type}) needs labels and is left out${instead}`)
    return false
  })
}

function refuseAccuracy({ name, type, message, at }: LayerDefinition, source: TextSource): never {
  const place = message.all('type')[0]?.value.at ?? at
  throw source.error('READ_CAFFE_TYPE', `ValueError: Not support layer name=${name} type=${type}`, place, {
    detail: 'Accuracy measures against labels, which a model has not, and no rule keeps this layer to a phase',
    fix: 'remove the layer, or add include { phase: TEST } to it: such layers are left out',
  })
}
