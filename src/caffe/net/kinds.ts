/** Layers that are no part of the graph: they bring data in, or measure and end it while training. */
import type { LayerDefinition } from './definition.ts'

/** Data, ImageData, HDF5Data, MemoryData, WindowData, DummyData; AnnotatedData, VideoData... of forks; Input. */
export function bringsData({ type, bottoms }: LayerDefinition): boolean {
  return bottoms.length === 0 && (type === 'Input' || type.endsWith('Data'))
}

/** Layers that compare with labels. */
export function needsLabels({ type }: LayerDefinition): boolean {
  return /^(Accuracy|DetectionEvaluate)$/.test(type) || /Loss(\d|Layer|$)/.test(type)
}

/** Layers that read values and compute none. */
export function isSink({ type }: LayerDefinition): boolean {
  return type === 'Silence' || type === 'HDF5Output'
}
