import { describe, expect, test } from 'vitest'
import type { Detection } from '../../src/metrics/boxes.ts'
import type { Prediction } from '../../src/tasks/prediction.ts'
import { agreementFigures, type Answer, pictureAgreement, signalSums } from './agreement.ts'

function classes(scores: number[]): Answer {
  const ranked = scores
    .map((probability, classId) => ({ classId, probability }))
    .sort((a, b) => b.probability - a.probability)
  return { prediction: { kind: 'classes', ranked }, scores }
}

function boxes(...detections: Detection[]): Answer {
  return { prediction: { kind: 'boxes', detections }, scores: [] }
}

function mask(...labels: number[]): Answer {
  const prediction: Prediction = {
    kind: 'mask',
    mask: { width: labels.length, height: 1, labels: Uint8Array.from(labels) },
  }
  return { prediction, scores: [] }
}

const figuresOf = (pairs: readonly (readonly [Answer, Answer])[]) =>
  agreementFigures(
    pairs.map(([float, int8], picture) => pictureAgreement(picture, float, int8)),
    [],
  )

describe('agreement with the float model', () => {
  test('of classes: flips, and the mean of sum p ln(p / q)', () => {
    const figures = figuresOf([
      [classes([0.5, 0.25, 0.25]), classes([0.25, 0.5, 0.25])],
      [classes([0.5, 0.25, 0.25]), classes([0.5, 0.25, 0.25])],
    ])
    expect(figures).toMatchObject({ pictures: 2, flips: 1, floatAp: null, equalPixels: null, sqnr: null })
    // 0.5 ln 2 + 0.25 ln 0.5 = 0.25 ln 2; the other picture has none
    expect(figures.divergence).toBeCloseTo((0.25 * Math.LN2) / 2, 12)
  })

  test('of classes: logits go through the softmax, a probability of 0 stays finite', () => {
    // softmax of [ln 3, 0] is [3/4, 1/4]
    const [logits, even] = [classes([Math.log(3), 0]), classes([0, 0])]
    expect(figuresOf([[logits, even]]).divergence).toBeCloseTo(0.75 * Math.log(1.5) + 0.25 * Math.log(0.5), 12)
    expect(figuresOf([[classes([0.5, 0.5]), classes([1, 0])]]).divergence).toBeCloseTo(
      0.5 * Math.log(0.5) + 0.5 * Math.log(0.5e12),
      9,
    )
  })

  test('of boxes: float boxes of score 0.3 and more are the truth, lower ones are not', () => {
    const [left, right, third] = [
      { box: [0, 0, 10, 10], score: 0.9, classId: 0 },
      { box: [20, 0, 30, 10], score: 0.3, classId: 0 },
      { box: [40, 0, 50, 10], score: 0.29, classId: 0 },
    ] satisfies Detection[]
    expect(figuresOf([[boxes(left, right, third), boxes(left, right)]]).floatAp).toBe(1)
    // One of two found at precision 1: recall points 0 .. 0.50 of 0 .. 1, 51 of 101.
    expect(figuresOf([[boxes(left, right, third), boxes(left)]]).floatAp).toBeCloseTo(51 / 101, 12)
    // Overlap 100 / 125 = 0.8: found at thresholds 0.5 .. 0.8, 7 of 10.
    const wide = { ...left, box: [0, 0, 12.5, 10] } satisfies Detection
    expect(figuresOf([[boxes(left), boxes(wide)]]).floatAp).toBeCloseTo(0.7, 12)
    expect(figuresOf([[boxes(third), boxes(left)]]).floatAp).toBeNull()
  })

  test('of masks: equal pixels of all pictures together', () => {
    const figures = figuresOf([
      [mask(1, 2, 3, 255), mask(1, 2, 4, 255)],
      [mask(7), mask(8)],
    ])
    expect(figures.equalPixels).toBe(3 / 5)
  })

  test('signal to noise: sums over all pictures, the lowest tensor, nothing for no noise', () => {
    // Picture 1: signal 100, noise 1; picture 2: signal 0, noise 0. 10 log10(100 / 1) = 20 dB.
    const one = signalSums([6, 8], [6, 9])
    expect(one).toEqual({ signal: 100, noise: 1 })
    const none = signalSums([0, 0], [0, 0])
    expect(agreementFigures([], [[one], [none]]).sqnr).toBeCloseTo(20, 12)
    const worse = signalSums([10, 0], [0, 0])
    expect(agreementFigures([], [[one, worse]]).sqnr).toBe(0)
    expect(agreementFigures([], [[none]]).sqnr).toBeNull()
  })
})
