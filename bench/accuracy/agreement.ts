/**
 * How far INT8 agrees with the float model, without labels: the sharper measure on small sets, where chance moves the task's
 * metric by more than quantization does.
 *
 * - classes: pictures whose best class differs, and the mean divergence KL(float || INT8) of the class probabilities in nats
 * - boxes: COCO's AP of the INT8 boxes, the float model's boxes of score >= 0.3 being the truth
 * - masks: share of pixels with the same class
 * - always: signal to quantization noise of raw outputs, 10 log10(sum x^2 / sum (x - y)^2) in dB over all pictures
 */
import { CocoAp, type CocoCounts } from '../../src/metrics/coco-ap.ts'
import { klDivergence } from '../../src/search/error/classifier.ts'
import { classProbabilities } from '../../src/tasks/classification.ts'
import type { Prediction } from '../../src/tasks/prediction.ts'
import { ofKind } from '../../src/tasks/scoring/scoring.ts'

/** Float boxes below are no truth. */
const TRUE_SCORE = 0.3
/** A probability that underflowed; without a floor one of them would make the divergence infinite. */
const LEAST_PROBABILITY = 1e-12

/** One picture; plain data that travels between processes. */
export type PictureAgreement =
  | { kind: 'classes'; isFlipped: boolean; divergence: number }
  | { kind: 'boxes'; counts: CocoCounts }
  | { kind: 'mask'; equal: number; pixels: number }

/** Sums over the values of one tensor. */
export interface SignalSums {
  signal: number
  noise: number
}

export interface AgreementFigures {
  pictures: number
  /** Pictures whose best class differs. */
  flips: number | null
  /** Mean, nats. */
  divergence: number | null
  /** 0..1; null where the float model finds nothing. */
  floatAp: number | null
  /** Share 0..1. */
  equalPixels: number | null
  /** Of the tensor that has least, in dB; null where nothing differs. */
  sqnr: number | null
}

/** What a model says of a picture: decoded, and the first raw output that it was decoded from. */
export interface Answer {
  prediction: Prediction
  scores: ArrayLike<number>
}

/** @param picture number of the picture: ranks boxes of equal score */
export function pictureAgreement(picture: number, float: Answer, int8: Answer): PictureAgreement {
  const { prediction } = float
  if (prediction.kind === 'classes') {
    const [best] = ofKind(int8.prediction, 'classes').ranked
    const [p, q] = [float, int8].map(({ scores }) => logProbabilities(scores))
    return {
      kind: 'classes',
      isFlipped: best.classId !== prediction.ranked[0].classId,
      divergence: klDivergence(p, q),
    }
  }
  if (prediction.kind === 'boxes') {
    const metric = new CocoAp()
    const truths = prediction.detections.filter(({ score }) => score >= TRUE_SCORE)
    metric.add(picture, ofKind(int8.prediction, 'boxes').detections, truths)
    return { kind: 'boxes', counts: metric.counts() }
  }
  const { labels } = prediction.mask
  const others = ofKind(int8.prediction, 'mask').mask.labels
  let equal = 0
  for (let pixel = 0; pixel < labels.length; pixel++) if (labels[pixel] === others[pixel]) equal++
  return { kind: 'mask', equal, pixels: labels.length }
}

export function signalSums(float: ArrayLike<number>, int8: ArrayLike<number>): SignalSums {
  let [signal, noise] = [0, 0]
  for (let i = 0; i < float.length; i++) {
    signal += float[i] * float[i]
    noise += (float[i] - int8[i]) ** 2
  }
  return { signal, noise }
}

/** @param sums for each picture, one entry per tensor */
export function agreementFigures(
  pictures: readonly PictureAgreement[],
  sums: readonly (readonly SignalSums[])[],
): AgreementFigures {
  const of = <Kind extends PictureAgreement['kind']>(kind: Kind) =>
    pictures.filter((one): one is Extract<PictureAgreement, { kind: Kind }> => one.kind === kind)
  const [classes, boxes, masks] = [of('classes'), of('boxes'), of('mask')]
  const metric = new CocoAp()
  for (const { counts } of boxes) metric.merge(counts)
  return {
    pictures: pictures.length,
    flips: classes.length === 0 ? null : classes.filter(({ isFlipped }) => isFlipped).length,
    divergence: classes.length === 0 ? null : total(classes, ({ divergence }) => divergence) / classes.length,
    floatAp: boxes.length === 0 ? null : metric.ap(),
    equalPixels: masks.length === 0 ? null : total(masks, ({ equal }) => equal) / total(masks, (mask) => mask.pixels),
    sqnr: lowestSqnr(sums),
  }
}

function lowestSqnr(sums: readonly (readonly SignalSums[])[]): number | null {
  const tensors = sums[0]?.length ?? 0
  const all = Array.from({ length: tensors }, (_, tensor) => {
    const signal = total(sums, (picture) => picture[tensor].signal)
    const noise = total(sums, (picture) => picture[tensor].noise)
    return noise === 0 ? Infinity : 10 * Math.log10(signal / noise)
  })
  const lowest = Math.min(Infinity, ...all)
  return Number.isFinite(lowest) ? lowest : null
}

function logProbabilities(scores: ArrayLike<number>): Float64Array {
  return Float64Array.from(classProbabilities(scores), (p) => Math.log(Math.max(p, LEAST_PROBABILITY)))
}

function total<T>(list: readonly T[], value: (item: T) => number): number {
  return list.reduce((sum, item) => sum + value(item), 0)
}
