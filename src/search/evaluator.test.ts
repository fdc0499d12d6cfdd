import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { engine } from '../../test/support/quantized-network.ts'
import { randomFeeds } from '../../test/support/random.ts'
import { collectStatistics, type SampleSource } from '../calibrate/collect.ts'
import { Histogram } from '../calibrate/histogram.ts'
import { withOutputs } from '../calibrate/observe.ts'
import { cloneModel, type Model } from '../ir/model.ts'
import { ints } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { completeCalibration, insertCalibration } from '../quantize/calibrated.ts'
import { placeQuantizers } from '../quantize/place.ts'
import type { Levels } from '../quantize/plan.ts'
import { chooseThresholds, observedTensors } from '../quantize/thresholds.ts'
import type { Engine, OptimizationLevel, PartRun } from '../engine.ts'
import { onnxEngine } from '../runtime/engine.ts'
import { Evaluator } from './evaluator.ts'
import { InlineRunner } from '../runners/inline-runner.ts'
import type { QuantizedState } from './state.ts'

/** A chain with a shortcut that skips most of it, and two outputs at different depths. */
function deepNetwork(): Model {
  const net = new Network(5)
  let value = net.node('Relu', [net.conv(net.input('x', [1, 3, 12, 12]), [8, 3, 3, 3], { pads: ints([1, 1, 1, 1]) })])
  const early = value
  net.output(net.conv(early, [2, 8, 1, 1]))
  for (let i = 0; i < 10; i++) value = net.node('Relu', [net.conv(value, [8, 8, 3, 3], { pads: ints([1, 1, 1, 1]) })])
  net.output(net.conv(net.node('Add', [value, early]), [3, 8, 1, 1], { strides: ints([2, 2]) }))
  return net.model()
}

const SAMPLES: SampleSource = {
  count: 5,
  names: ['a', 'b', 'c', 'd', 'e'],
  read: (index) => Promise.resolve(randomFeeds(deepNetwork().graph, index + 1)),
}

async function stateOf(model: Model, levels: (tensor: string) => Levels = () => 127): Promise<QuantizedState> {
  const plan = placeQuantizers(model.graph, { accelerated: () => true, levels, preprocessRange: () => undefined })
  const statistics = await collectStatistics(
    engine,
    model,
    observedTensors(plan),
    SAMPLES,
    [0, 1, 2],
    () => {},
    () => new Histogram(),
  )
  const thresholds = chooseThresholds(plan, statistics, { name: 'max' })
  return { model, reference: model, plan, calibration: completeCalibration(model.graph, plan, thresholds) }
}

/** The error of the calibrated model, run whole. */
async function wholeError(evaluator: Evaluator, state: QuantizedState, index: number, position: number) {
  const model = withOutputs(insertCalibration(state.model, state.plan, state.calibration), evaluator.error.values)
  const session = await engine.open(model, 'basic')
  const values = await session.run(await SAMPLES.read(index))
  await session.release()
  return evaluator.error.of(position, values)
}

test('parts with fed quantizers compute what the calibrated model computes, wherever a state differs', async () => {
  const model = deepNetwork()
  const state = await stateOf(model)
  const evaluator = await Evaluator.open({ engine, state, samples: SAMPLES, indices: [3, 4] })
  const tensors = [...state.plan.quantizers.keys()]
  const halved = (tensor: string, from: QuantizedState): QuantizedState => {
    const thresholds = new Map(from.calibration.thresholds)
    thresholds.set(tensor, thresholds.get(tensor)! / 2)
    return { ...from, calibration: { ...from.calibration, thresholds } }
  }
  const int16 = await stateOf(model, (tensor) => (tensor === tensors[6] ? 32767 : 127))
  const states = [state, halved(tensors[0], state), halved(tensors[5], state), halved(tensors.at(-1)!, state), int16]
  const errors: number[] = []
  for (const tried of states) {
    const [third, fourth] = await evaluator.errors(tried, [0, 1])
    expect(third).toBeCloseTo(await wholeError(evaluator, tried, 3, 0), 6)
    expect(fourth).toBeCloseTo(await wholeError(evaluator, tried, 4, 1), 6)
    errors.push(third)
  }
  expect(new Set(errors).size).toBe(errors.length)

  // after accepting one, values kept at the cuts belong to it
  const accepted = states[2]
  evaluator.accept(accepted)
  const late = halved(tensors.at(-2)!, accepted)
  expect((await evaluator.errors(late, [1]))[0]).toBeCloseTo(await wholeError(evaluator, late, 4, 1), 6)
  expect((await evaluator.errors(state, [1]))[0]).toBeCloseTo(await wholeError(evaluator, state, 4, 1), 6)
  await evaluator.release()
})

test('a change of weights runs from where they are', async () => {
  const model = deepNetwork()
  const state = await stateOf(model)
  const evaluator = await Evaluator.open({ engine, state, samples: SAMPLES, indices: [3, 4] })
  const [before] = await evaluator.errors(state, [0])
  const other = cloneModel(model)
  const node = other.graph.nodes.find((candidate) => candidate.name === state.plan.weighted[8].node.name)!
  const weight = other.graph.constant(node.inputs[1])!
  other.graph.setInput(
    node,
    1,
    other.graph.setConstant(
      'changed',
      Tensor.float32(
        weight.shape,
        weight.floats().map((w) => w * 0.9),
      ),
    ),
  )
  const changed = await stateOf(other)
  const runs = evaluator.runs
  const [error] = await evaluator.errors(
    { ...changed, calibration: { ...changed.calibration, thresholds: state.calibration.thresholds } },
    [0],
  )
  expect(error).not.toBe(before)
  expect(evaluator.runs - runs).toBeLessThan(1)
  await evaluator.release()
})

test('parts all of whose activations are in int16 may run without quantizers', async () => {
  const model = deepNetwork()
  const state = await stateOf(model, () => 32767)
  const evaluator = await Evaluator.open({ engine, state, samples: SAMPLES, indices: [0, 1] })
  const [exact] = await evaluator.errors(state, [0])
  const [fast] = await evaluator.errors({ ...state, int16AsFloat: true }, [0])
  expect(fast).not.toBe(exact)
  expect(Math.abs(fast - exact)).toBeLessThan(0.02 * exact)
  // one tensor in int8: its part is quantized as it is
  const tensors = [...state.plan.quantizers.keys()]
  const mixed = await stateOf(model, (tensor) => (tensor === tensors[0] ? 127 : 32767))
  const [own] = await evaluator.errors(mixed, [1])
  const [ownFast] = await evaluator.errors({ ...mixed, int16AsFloat: true }, [1])
  expect(Math.abs(ownFast - own)).toBeLessThan(0.02 * own)
  expect(own).toBeGreaterThan(1.1 * (await evaluator.errors(state, [1]))[0])
  await evaluator.release()
})

test('several runners compute what one does, also behind an accepted state', async () => {
  const model = deepNetwork()
  const state = await stateOf(model)
  const tensors = [...state.plan.quantizers.keys()]
  const halved = (tensor: string): QuantizedState => {
    const thresholds = new Map(state.calibration.thresholds)
    thresholds.set(tensor, thresholds.get(tensor)! / 2)
    return { ...state, calibration: { ...state.calibration, thresholds } }
  }
  const errorsOn = async (threads: number): Promise<number[][]> => {
    const evaluator = await Evaluator.open({
      engine: onnxEngine(threads),
      state,
      samples: SAMPLES,
      indices: [4, 0, 3, 1],
    })
    try {
      const errors = [await evaluator.errors(state, [2, 0, 3])]
      const accepted = halved(tensors[1])
      errors.push(await evaluator.errors(accepted, [1, 0]))
      evaluator.accept(accepted)
      errors.push(await evaluator.errors(halved(tensors.at(-1)!), [0, 1, 2, 3]))
      await evaluator.rest()
      errors.push(await evaluator.errors(state, [0, 1, 2, 3]))
      return errors
    } finally {
      await evaluator.release()
    }
  }
  expect(await errorsOn(2)).toEqual(await errorsOn(1))
})

test('a runner that fails ends the measuring with its error, and the others can be released', async () => {
  const state = await stateOf(deepNetwork())
  const released: boolean[] = []
  const failing: Engine = {
    ...engine,
    runners: () =>
      [true, false].map((fails, r) => {
        const runner = new InlineRunner(engine)
        return {
          open: (id: number, bytes: Uint8Array, level: OptimizationLevel) => runner.open(id, bytes, level),
          close: (id: number) => runner.close(id),
          forget: (keys: readonly string[]) => runner.forget(keys),
          run: (run: PartRun) => (fails ? Promise.reject(new Error('no memory')) : runner.run(run)),
          release: () => {
            released[r] = true
            return runner.release()
          },
        }
      }),
  }
  const evaluator = await Evaluator.open({ engine: failing, state, samples: SAMPLES, indices: [0, 1, 2, 3] })
  await expect(evaluator.errors(state, [0, 1, 2, 3])).rejects.toThrow('no memory')
  await evaluator.release()
  expect(released).toEqual([true, true])
})
