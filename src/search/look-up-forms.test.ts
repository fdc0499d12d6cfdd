/** Where quantizers sit around look-ups: what the search chooses, and what it reports. */
import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { generator } from '../../test/support/random.ts'
import { search as searchIn } from '../../test/support/search.ts'
import type { SampleSource } from '../calibrate/collect.ts'
import type { Graph } from '../ir/graph.ts'
import type { Model } from '../ir/model.ts'
import { ints } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { lookupSites } from '../quantize/after-only.ts'
import { placeQuantizers } from '../quantize/place.ts'
import type { Levels, QuantizationPlan } from '../quantize/plan.ts'
import { addedTime, formOf } from './look-up-forms.ts'
import type { SearchInput, SearchResult } from './search.ts'

const SHAPE = [1, 6, 8, 8]
const samples: SampleSource = {
  count: 30,
  names: Array.from({ length: 30 }, (_, i) => `${i}`),
  read(index) {
    const next = generator(index + 1)
    const values = Float32Array.from({ length: 384 }, () => 6 * next() - 3)
    return Promise.resolve(new Map([['x', Tensor.float32(SHAPE, values)]]))
  },
}

/** Convs with GELU between them: that has no form with factors per channel, so nothing else can be done about its input. */
function network(kernel: number, outlier = 1): Model {
  const net = new Network(6)
  let value = net.input('x', SHAPE)
  for (let i = 0; i < 4; i++) {
    const pads = ints(Array.from({ length: 4 }, () => kernel >> 1))
    const conv = net.conv(value, [6, 6, kernel, kernel], { pads })
    if (i === 1) spoil(net.graph, conv, outlier)
    value = net.node('Gelu', [conv])
  }
  net.output(net.conv(value, [3, 6, 1, 1]))
  return net.model()
}

/** Make one channel of a Conv larger. */
function spoil(graph: Graph, output: string, factor: number): void {
  const node = graph.producer(output)!
  const weight = graph.constant(node.inputs[1])!
  const own = weight.size / 6
  const values = weight.floats().map((value, i) => (i < own ? value * factor : value))
  graph.setConstant(node.inputs[1], Tensor.float32(weight.shape, values))
}

const planner =
  (takesZeroPoints: boolean): SearchInput['planFor'] =>
  (graph, levels, afterOnly) =>
    placeQuantizers(graph, {
      accelerated: () => true,
      levels,
      preprocessRange: () => undefined,
      takesZeroPoints,
      afterOnly,
    })

const search = (model: Model, takesZeroPoints: boolean, options: Partial<SearchInput> = {}): Promise<SearchResult> =>
  searchIn(model, samples, planner(takesZeroPoints), options)

test('march generic leaves functions in float where that costs no time and is better', async () => {
  const { state, summary } = await search(network(1, 30), true)
  const inFloat = summary.lookups.filter(({ form }) => form === 'after only')
  expect(inFloat.length).toBeGreaterThan(0)
  expect(new Set(inFloat.map(({ lookup }) => lookup))).toEqual(state.plan.afterOnly)
  for (const { before, after, errors, addedTime: added } of inFloat) {
    expect(state.plan.quantizers.has(before)).toBe(false)
    expect(state.calibration.thresholds.has(before)).toBe(false)
    expect(state.plan.quantizers.has(after)).toBe(true)
    expect(errors['after only']).toBeLessThan(errors['before and after']!)
    expect(added['before and after']).toBe(0)
  }
  const accepted = summary.decisions.filter(({ stage, accepted: isTaken }) => stage === 'look-ups' && isTaken)
  expect(accepted.every(({ errorBefore, errorAfter }) => errorAfter < errorBefore)).toBe(true)
})

test('the error of the form that was chosen is the error of the build', async () => {
  for (const takesZeroPoints of [true, false]) {
    const { state, summary } = await search(network(1, 30), takesZeroPoints)
    expect(summary.lookups.length).toBeGreaterThan(0)
    for (const { form, errors } of summary.lookups) expect(errors[form]).toBeCloseTo(summary.remaining.error, 9)
    const sites = lookupSites(
      state.reference.graph,
      planner(takesZeroPoints)(state.reference.graph, () => 127),
    )
    const forms = new Map(sites.map((site) => [site.lookup.name, formOf(state.plan, site)]))
    for (const { lookup, form } of summary.lookups) expect(forms.get(lookup)).toBe(form)
  }
})

test('other marches have two forms, and say what they cost', async () => {
  const { state, summary } = await search(network(1, 30), false)
  expect(state.plan.afterOnly.size).toBe(0)
  expect(summary.lookups.length).toBeGreaterThan(0)
  for (const { errors } of summary.lookups) {
    expect(Object.keys(errors)).toEqual(['before and after', 'int16 before'])
  }
  const { summary: narrow } = await search(network(1, 30), false, { takesInt16: () => false })
  for (const { errors } of narrow.lookups) expect(Object.keys(errors)).toEqual(['before and after'])
})

test('int16 forbidden keeps every function between codes', async () => {
  const { state, summary } = await search(network(1, 30), true, { allowsInt16: false })
  expect(state.plan.afterOnly.size).toBe(0)
  for (const { form } of summary.lookups) expect(form).toBe('before and after')
})

test('what the user asked to be int16 stays int16', async () => {
  const model = network(1, 30)
  const [{ before, lookup }] = lookupSites(
    model.graph,
    planner(true)(model.graph, () => 127),
  )
  const { state } = await search(model, true, { requested: (name) => (name === before ? 32767 : 127) })
  expect(state.plan.afterOnly.has(lookup.name)).toBe(false)
  expect(state.calibration.levels.get(before)).toBe(32767)
})

test('the same inputs give the same placement', async () => {
  const [a, b] = [await search(network(1, 30), true), await search(network(1, 30), true)]
  expect(b.state.plan.afterOnly).toEqual(a.state.plan.afterOnly)
  expect(b.state.calibration.thresholds).toEqual(a.state.calibration.thresholds)
  expect(b.summary.lookups).toEqual(a.summary.lookups)
})

test('a dense Conv in float costs time, a light one saves the rounding', () => {
  const timeOf = (kernel: number): number[] => {
    const { graph } = network(kernel)
    const plan: QuantizationPlan = planner(true)(graph, (): Levels => 127)
    const sites = lookupSites(graph, plan)
    const time = addedTime(graph, plan, sites)
    for (const site of sites) {
      expect(time(site, 'before and after')).toBe(0)
      expect(time(site, 'after only')).toBeLessThan(time(site, 'int16 before'))
    }
    return sites.map((site) => time(site, 'after only'))
  }
  expect(Math.max(...timeOf(1))).toBeLessThan(0)
  expect(Math.min(...timeOf(3))).toBeGreaterThan(0)
})
