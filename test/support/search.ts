/** A search with everything allowed, unless options say otherwise. */
import { collectStatistics, type SampleSource } from '../../src/calibrate/collect.ts'
import type { Model } from '../../src/ir/model.ts'
import { observedTensors } from '../../src/quantize/thresholds.ts'
import { silent } from '../../src/reporter.ts'
import { partitionSamples } from '../../src/search/partition.ts'
import { searchCalibration, searchObserver, type SearchInput, type SearchResult } from '../../src/search/search.ts'
import { engine } from './quantized-network.ts'

export async function search(
  model: Model,
  samples: SampleSource,
  planFor: SearchInput['planFor'],
  options: Partial<SearchInput> = {},
): Promise<SearchResult> {
  const partition = partitionSamples(samples.count)
  const plan = planFor(model.graph, () => 127)
  const statistics = await collectStatistics(
    engine,
    model,
    observedTensors(plan),
    samples,
    partition.statistics,
    () => {},
    searchObserver(model.graph, plan),
  )
  return searchCalibration({
    engine,
    model,
    planFor,
    samples,
    partition,
    statistics,
    method: { name: 'max' },
    budget: 60,
    requested: () => 127,
    allowsInt16: true,
    takesInt16: () => true,
    biasCorrection: undefined,
    reporter: silent,
    ...options,
  })
}
