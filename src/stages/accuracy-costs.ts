/**
 * The answer after a build: what still costs accuracy, and what it would cost to fix.
 *
 * The figures are those that the search measured at its end (search/remaining.ts); here they get the names and the YAML that the
 * user can paste. `node_info` names nodes, so for every tensor a node is looked for that reads nothing else.
 */
import type { Choice } from '../calibrate/choose.ts'
import type { BuildConfig } from '../config/types.ts'
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import { macs } from '../ops/macs.ts'
import { activationReaders } from '../quantize/calibrated.ts'
import type { QuantizationPlan } from '../quantize/plan.ts'
import { ENOUGH_SAMPLES } from '../samples/few-samples.ts'
import type { RemainingError } from '../search/remaining.ts'

/** One activation (or several of one scale) that costs accuracy in int8. */
export interface AccuracyCost {
  tensors: readonly string[]
  /** Nodes that read it. */
  readers: string[]
  fix: 'int16' | 'float'
  /** Output error with this alone in int16. */
  error: number
  /** Share of the output error that this takes off at least. */
  gain: number
  /** Shares of the network's multiply-accumulates that read it, and of the elements of its activations. */
  macs: number
  elements: number
}

export interface AccuracyCosts {
  /** One sentence. */
  summary: string
  /** Largest gain first; empty where nothing is worth it or nothing was measured. */
  costs: AccuracyCost[]
  /** Lines for the YAML, and what they bring, also in words; undefined where there is nothing to paste. */
  fix: { yaml: string[]; error: number | undefined; effect: string } | undefined
  /** What else may help. */
  hints: string[]
}

/** A smaller output error is nothing: all measures are relative, or nats (of softened logits: more than at temperature 1). */
const NEGLIGIBLE = 1e-3
/** Smaller gains are not worth a line. */
const WORTH_IT = 0.03

export interface CostsInput {
  config: BuildConfig
  choice: Choice
  /** What was quantized, with the plan on it. */
  graph: Graph
  plan: QuantizationPlan
  /** Names that the YAML may use: nodes of the optimized model. */
  nodeNames: ReadonlySet<string>
  /** Number of calibration samples. */
  samples: number
  /** Path of the calibrated model, for commands. */
  calibratedModel: string
}

export function accuracyCosts(input: CostsInput): AccuracyCosts {
  const { config, choice, samples, calibratedModel } = input
  const few =
    samples < ENOUGH_SAMPLES
      ? [`calibrate with more pictures: there are ${samples}, 50 to 100 of the task are usual`]
      : []
  const rank = `openmapper sensitivity ${calibratedModel} --top 5`
  const remaining = choice.search?.remaining
  if (!remaining) {
    const summary = 'What costs accuracy was not measured: only the search of calibration_type: default measures it.'
    return { summary, costs: [], fix: undefined, hints: [`rank the activations: ${rank}`, ...few] }
  }
  const { error } = remaining
  const costs = worthIt(remaining, input)
  if (error < NEGLIGIBLE || costs.length === 0) {
    const best = remaining.remedies[0]
    const reason =
      error < NEGLIGIBLE
        ? `the output error is ${error.toPrecision(3)}, where 0 is the float model`
        : best
          ? `int16 on the best activation would take ${percent(1 - best.error / error)} off the output error of ${error.toPrecision(3)}`
          : `no activation in int16 would take 1 % off the output error of ${error.toPrecision(3)}`
    const weights = error < NEGLIGIBLE ? [] : [`see what weights cost: ${rank} --node-type weight`]
    return {
      summary: `No activation costs accuracy worth fixing: ${reason}.`,
      costs: [],
      fix: undefined,
      hints: [...weights, ...few],
    }
  }
  const forbidden =
    config.calibration.int16 === 'forbidden' ? ['build without --int16 forbidden: the search raises some itself'] : []
  return {
    summary: `${costs.length} activation(s) carry a part of the output error of ${error.toPrecision(3)} that a finer precision takes off.`,
    costs,
    fix: yamlFix(remaining, input),
    hints: [...forbidden, ...few],
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

function worthIt({ error, remedies }: RemainingError, { graph, plan }: CostsInput): AccuracyCost[] {
  const readers = activationReaders(graph, plan)
  const all = graph.nodes.reduce((sum, node) => sum + macs(graph, node), 0)
  return remedies.flatMap((remedy) => {
    const gain = 1 - remedy.error / error
    if (gain < WORTH_IT) return []
    const nodes = [...new Set(remedy.tensors.flatMap((tensor) => (readers.get(tensor) ?? []).map((use) => use.reader)))]
    return [
      {
        tensors: remedy.tensors,
        readers: nodes.map(({ name }) => name),
        fix: remedy.takesInt16 ? 'int16' : 'float',
        error: remedy.error,
        gain,
        macs: nodes.reduce((sum, node) => sum + macs(graph, node), 0) / Math.max(1, all),
        elements: remedy.elements,
      },
    ]
  })
}

/**
 * int16 for what the search recommends, together with all that is int16 already: asked for, it stays so and does not compete for
 * the search's cap. Where the march takes no int16: float for the readers.
 */
function yamlFix({ recommended, remedies, error }: RemainingError, input: CostsInput): AccuracyCosts['fix'] {
  const { config, plan } = input
  if (recommended) {
    if (1 - recommended.error / error < WORTH_IT) return undefined
    const present = [...plan.quantizers.values()].filter(({ levels }) => levels === 32767).map(({ tensor }) => tensor)
    const nodes = new Set([...config.model.int16Nodes, ...namesReading([...present, ...recommended.tensors], input)])
    const entries = [...nodes].map((name) => `${JSON.stringify(name)}: {"InputType": "int16"}`)
    const cpu = config.calibration.runOnCpu.map((name) => `${JSON.stringify(name)}: {"ON": "CPU"}`)
    const info = [...new Map([...entries, ...cpu].map((entry) => [entry.split(': {')[0], entry])).values()]
    return {
      yaml: ['model_parameters:', `  node_info: {${info.join(', ')}}`],
      error: recommended.error,
      effect: `chosen together, so it need not hold every row above; on the samples of this search the output error becomes about ${recommended.error.toPrecision(3)}`,
    }
  }
  const readers = activationReaders(input.graph, plan)
  const worst = remedies[0].tensors.flatMap((tensor) => (readers.get(tensor) ?? []).map(({ reader }) => reader.name))
  const names = [...new Set([...config.calibration.runOnCpu, ...worst])]
  return {
    yaml: ['calibration_parameters:', `  run_on_cpu: ${JSON.stringify(names.join(';'))}`],
    error: undefined,
    effect: 'the march has no int16 there, so these run in float on the CPU',
  }
}

/** Nodes whose quantized inputs are these tensors, as few others as possible among them. */
function namesReading(tensors: readonly string[], { graph, plan, nodeNames }: CostsInput): string[] {
  const readers = activationReaders(graph, plan)
  const inputs = new Map<Node, string[]>()
  for (const [tensor, uses] of readers) {
    for (const { reader } of uses) inputs.set(reader, [...(inputs.get(reader) ?? []), tensor])
  }
  const wanted = new Set(tensors)
  const covered = new Set<string>()
  const names: string[] = []
  for (const tensor of tensors) {
    if (covered.has(plan.quantizers.get(tensor)!.group)) continue
    const others = (node: Node): number => inputs.get(node)!.filter((input) => !wanted.has(input)).length
    const [best] = (readers.get(tensor) ?? [])
      .map(({ reader }) => reader)
      .filter(({ name }) => nodeNames.has(name))
      .toSorted((a, b) => others(a) - others(b))
    if (!best) continue
    names.push(best.name)
    for (const input of inputs.get(best)!) covered.add(plan.quantizers.get(input)!.group)
  }
  return names
}
