/** A network of few operators, placed as if every operator were accelerated, with or without centred codes. */
import { collectStatistics } from '../../src/calibrate/collect.ts'
import { Histogram } from '../../src/calibrate/histogram.ts'
import type { Model } from '../../src/ir/model.ts'
import { readOnnx } from '../../src/onnx/read.ts'
import { writeOnnx } from '../../src/onnx/write.ts'
import { inferTypes } from '../../src/ops/infer.ts'
import { completeCalibration, insertCalibration, readCalibration } from '../../src/quantize/calibrated.ts'
import { centrableTensors } from '../../src/quantize/centred-codes.ts'
import { emitQuantized } from '../../src/quantize/emit.ts'
import { placeQuantizers } from '../../src/quantize/place.ts'
import { centredLevels, type Levels, type QuantizationPlan } from '../../src/quantize/plan.ts'
import { chooseThresholds, observedTensors } from '../../src/quantize/thresholds.ts'
import { engine } from './quantized-network.ts'
import { randomFeeds } from './random.ts'

export const place = (model: Model, levels: (tensor: string) => Levels = () => 127): QuantizationPlan =>
  placeQuantizers(model.graph, { accelerated: () => true, levels, preprocessRange: () => undefined })

/** Quantize with `max` on three samples, through the calibrated file; with centred codes wherever they are possible. */
export async function quantizeCentred(model: Model, centre: boolean) {
  const samples = [1, 2, 3].map((seed) => randomFeeds(model.graph, seed, -3, 3))
  const source = { count: 3, names: ['a', 'b', 'c'], read: (i: number) => Promise.resolve(samples[i]) }
  const plain = place(model)
  const statistics = await collectStatistics(
    engine,
    model,
    observedTensors(plain),
    source,
    [0, 1, 2],
    () => {},
    () => new Histogram(),
  )
  const thresholds = chooseThresholds(plain, statistics, { name: 'max' })
  const centrable = new Set(centre ? centrableTensors(model.graph, plain).keys() : [])
  const levels = (tensor: string): Levels =>
    centrable.has(tensor) ? centredLevels(thresholds.get(tensor)!, plain.quantizers.get(tensor)!.bound ?? 0) : 127
  const plan = place(model, levels)
  const calibrated = insertCalibration(model, plan, completeCalibration(model.graph, plan, thresholds))
  const back = readCalibration(readOnnx(writeOnnx(calibrated), { source: 'calibrated' }))
  inferTypes(back.model.graph)
  const quantized = emitQuantized(
    back.model,
    place(back.model, (tensor) => back.calibration.levels.get(tensor)!),
    back.calibration,
  )
  quantized.graph.types.clear()
  inferTypes(quantized.graph)
  return { quantized, calibrated, feeds: samples[0], centred: centrable }
}
