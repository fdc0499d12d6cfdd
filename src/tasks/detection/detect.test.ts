import { describe, expect, test } from 'vitest'
import { buildDetector } from './detect.ts'
import type { DetectionSettings } from './settings.ts'

const SETTINGS: DetectionSettings = {
  score_threshold: 0.1,
  max_candidates: 100,
  nms: { name: 'per_class', params: { iou_threshold: 0.5 } },
  max_detections: 10,
  columns: 'classes',
}
const INPUT = { height: 32, width: 32 }

/** One YOLOX output with a single stride of 32: the centre in the middle, so large, and its class scores. */
function output(width: number, height: number, scores: number[]) {
  const data = Float32Array.from([0.5, 0.5, Math.log(width / 32), Math.log(height / 32), 1, ...scores])
  return [{ name: 'output', shape: [1, 1, data.length], data }]
}

const detector = (settings: Partial<DetectionSettings> = {}, classOf?: (column: number) => number) =>
  buildDetector({ name: 'yolox', params: { strides: [32] } }, { ...SETTINGS, ...settings }, classOf, new Map())

describe('detect', () => {
  test('maps boxes back through the placement', () => {
    // 100 x 50 (width x height) at scale 0.25 with 4 pixels left and 8 above
    const placed = { size: INPUT, placement: { scaleX: 0.25, scaleY: 0.25, offsetX: 4, offsetY: 8 } }
    const [{ box, score, classId }, ...others] = detector()(output(8, 6, [0, 0.5]), { height: 50, width: 100 }, placed)
    expect(others).toEqual([])
    expect(classId).toBe(1)
    expect(score).toBeCloseTo(0.5, 6)
    // input 12..20, 13..19
    expect(box).toEqual([32, 20, 64, 44].map((edge) => expect.closeTo(edge, 3)))
  })
  test('clips to the picture and drops what lies outside', () => {
    const placement = { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 }
    const inside = detector()(output(16, 64, [0.9]), { height: 20, width: 18 }, { size: INPUT, placement })
    expect(inside.map(({ box }) => box)).toEqual([[8, 0, 18, 20].map((edge) => expect.closeTo(edge, 3))])
    const outside = detector()(output(16, 64, [0.9]), { height: 20, width: 8 }, { size: INPUT, placement })
    expect(outside).toEqual([])
  })
  test('columns become classes; those that are none take no part', () => {
    const placement = { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 }
    const placed = { size: INPUT, placement }
    const classOf = (column: number): number => [-1, 5, -1, 7][column]
    const found = detector({ max_candidates: 2 }, classOf)(output(16, 16, [0.9, 0.3, 0.8, 0.4]), INPUT, placed)
    expect(found.map(({ classId, score }) => [classId, score])).toEqual([
      [7, expect.closeTo(0.4, 6)],
      [5, expect.closeTo(0.3, 6)],
    ])
  })
  test('so many candidates go to suppression, so many boxes are kept', () => {
    const placement = { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 }
    const scores = [0.9, 0.3, 0.8, 0.4]
    const found = (settings: Partial<DetectionSettings>): number[] =>
      detector(settings)(output(16, 16, scores), INPUT, { size: INPUT, placement }).map(({ classId }) => classId)
    expect(found({})).toEqual([0, 2, 3, 1])
    expect(found({ max_candidates: 3 })).toEqual([0, 2, 3])
    expect(found({ max_detections: 1 })).toEqual([0])
    expect(found({ nms: { name: 'class_agnostic', params: { iou_threshold: 0.5 } } })).toEqual([0])
    expect(found({ score_threshold: 0.35 })).toEqual([0, 2, 3])
  })
})
