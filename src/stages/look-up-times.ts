/**
 * What the forms of look-ups cost in time: each look-up with the Conv before it, cut out of the emitted graph in each form, and the
 * whole network. Measured with the engine and the level that the quantized model runs at. Times differ from run to run, so nothing is
 * decided by them.
 */
import type { Engine, EngineSession } from '../engine.ts'
import { extractModel } from '../ir/extract.ts'
import type { Model } from '../ir/model.ts'
import type { Node } from '../ir/node.ts'
import { elementCount, Tensor } from '../ir/tensor.ts'
import { inferTypes } from '../ops/infer.ts'
import { completeCalibration } from '../quantize/calibrated.ts'
import { emitQuantized } from '../quantize/emit.ts'
import { LOOKUP_FORMS, type LookupForm } from '../quantize/look-up-form.ts'
import type { Levels } from '../quantize/plan.ts'
import type { LookupTrade } from '../search/look-up-trades.ts'
import type { ArtefactFacts } from './artefacts.ts'
import { planGraph } from './plan.ts'
import type { QuantizedResult } from './quantize.ts'

/** Runs of each form at most, and the milliseconds after which no further round is begun. */
const MOST_RUNS = 9
const LONGEST = 300

/** A look-up with its errors (search) and the milliseconds of one run of the Conv, the function and the quantizers around it. */
export interface TimedTrade extends LookupTrade {
  milliseconds: Partial<Record<LookupForm, number>>
}

/** The trade of accuracy against time for the look-ups of a build. */
export interface LookupReport {
  lookups: TimedTrade[]
  /** Milliseconds of the network with these look-ups in codes of 8 bits before and after, and as it was built; undefined where that is the same. */
  network: { plain: number; built: number } | undefined
}

/** Measure. */
export async function timedLookups(
  engine: Engine,
  result: QuantizedResult,
  facts: ArtefactFacts,
  trades: readonly LookupTrade[],
  feeds: ReadonlyMap<string, Tensor>,
): Promise<LookupReport | undefined> {
  if (trades.length === 0) return undefined
  const forms = LOOKUP_FORMS.filter((form) => trades.some(({ errors }) => errors[form] !== undefined))
  const emit = (form?: LookupForm): Model => emittedIn(result, facts, trades, form)
  const emitted = new Map(forms.map((form) => [form, emit(form)]))
  const lookups: TimedTrade[] = []
  for (const trade of trades) {
    const own = forms.filter((form) => trade.errors[form] !== undefined)
    const pieces = own.map((form) => pieceOf(emitted.get(form)!, result.optimized, trade))
    const times = await shortestRuns(
      engine,
      pieces.map((model) => ({ model, feeds: codesFor(model) })),
    )
    lookups.push({ ...trade, milliseconds: Object.fromEntries(own.map((form, k) => [form, times[k]])) })
  }
  if (trades.every(({ form }) => form === 'before and after')) return { lookups, network: undefined }
  const whole = [emitted.get('before and after')!, emit()]
  const [plain, built] = await shortestRuns(
    engine,
    whole.map((model) => ({ model, feeds })),
  )
  return { lookups, network: { plain, built } }
}

/** The emitted network with all the look-ups in one form; without one as it was built. */
function emittedIn(
  { optimized, plan, calibration }: QuantizedResult,
  { march, inputs, cpuNodes }: ArtefactFacts,
  trades: readonly LookupTrade[],
  form: LookupForm | undefined,
): Model {
  const changed = form === undefined ? [] : trades
  const names = new Set(changed.map(({ lookup }) => lookup))
  const before = new Set(changed.map((trade) => trade.before))
  const others = [...plan.afterOnly].filter((name) => !names.has(name))
  const afterOnly = new Set(form === 'after only' ? [...others, ...names] : others)
  const own = form === 'int16 before' ? 32767 : 127
  const levels = (tensor: string): Levels => (before.has(tensor) ? own : (plan.quantizers.get(tensor)?.levels ?? 127))
  const formed = planGraph(optimized.graph, march, inputs, levels, cpuNodes, afterOnly).plan
  // Time does not depend on thresholds: a tensor that has none in the build needs any.
  const thresholds = [...formed.quantizers.keys()].map((tensor): [string, number] => [
    tensor,
    calibration.thresholds.get(tensor) ?? 1,
  ])
  const emitted = emitQuantized(optimized, formed, completeCalibration(optimized.graph, formed, new Map(thresholds)))
  inferTypes(emitted.graph)
  return emitted
}

/** From the codes that the Conv reads to the codes behind the function. */
function pieceOf(emitted: Model, optimized: Model, { before, after }: LookupTrade): Model {
  const { graph } = emitted
  const conv = optimized.graph.producer(before)!.name
  const reader = graph.nodes.find(({ name }) => name === conv)!
  const start = graph.producer(reader.inputs[0])!.inputs[0]
  const end = graph.consumers(after).find((node) => node.is('QuantizeLinear'))!.outputs[0]
  const needed = new Set([end])
  const nodes: Node[] = []
  for (const node of [...graph.sorted()].reverse()) {
    if (node.outputs.includes(start) || !node.outputs.some((output) => needed.has(output))) continue
    nodes.push(node)
    for (const value of node.inputs) needed.add(value)
  }
  return extractModel(emitted, nodes.reverse(), [start], [end])
}

/** Codes of many sizes for the one input of a piece. */
function codesFor({ graph }: Model): Map<string, Tensor> {
  return new Map(
    graph.inputs.map(({ name, dtype, shape }) => {
      const sizes = shape as number[]
      const codes = Array.from({ length: elementCount(sizes) }, (_, i) => (i * 37) % 101)
      const data = dtype === 'int16' ? Int16Array.from(codes) : Uint8Array.from(codes)
      return [name, Tensor.of(dtype, sizes, data)]
    }),
  )
}

/**
 * Milliseconds of the shortest run of each model: whatever else the machine does only adds to it. They run in turn, so that a busy
 * minute meets all of them.
 */
async function shortestRuns(
  engine: Engine,
  subjects: readonly { model: Model; feeds: ReadonlyMap<string, Tensor> }[],
): Promise<number[]> {
  const sessions: EngineSession[] = []
  try {
    for (const { model } of subjects) sessions.push(await engine.open(model, 'all'))
    const times = subjects.map(() => Infinity)
    const started = performance.now()
    // The first round is not counted: memory is allocated in it.
    for (let round = 0; round <= MOST_RUNS; round++) {
      for (const [k, session] of sessions.entries()) {
        const before = performance.now()
        await session.run(subjects[k].feeds)
        if (round > 0) times[k] = Math.min(times[k], performance.now() - before)
      }
      if (round > 0 && performance.now() - started > LONGEST * subjects.length) break
    }
    return times
  } finally {
    for (const session of sessions) await session.release()
  }
}
