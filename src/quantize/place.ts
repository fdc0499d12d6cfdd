/**
 * Where quantizers sit.
 *
 * Rules (ARCHITECTURE.md, "Where quantizers sit"):
 * - A node is a quantized unit when it runs on the accelerator and is a Conv-like operator, or feeds one (through other
 *   accelerated operators). So the quantized region ends at the last Conv before each output and before each CPU operator.
 * - Every activation that a quantized unit reads has one quantizer, behind the activation function fused into its producer.
 * - Quantized units read the quantized value; everything else reads the raw one. A Conv with no quantized reader is a tail
 *   Conv: its int32 result is dequantized and never rounded to int8.
 */
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import { HORIZON_DOMAIN } from '../ir/node.ts'
import { activationPorts, opFacts, type OpKind, SCALED_PREFIX } from '../ops/facts.ts'
import { isFloatAveragePool } from './average-pool.ts'
import { grantCentredCodes } from './centred-codes.ts'
import { Groups } from './groups.ts'
import {
  type ActivationQuantizer,
  type Levels,
  magnitudeOf,
  type OneSidedFunction,
  type QuantizationPlan,
  type ValueRange,
  type WeightedUnit,
} from './plan.ts'

export interface PlacementOptions {
  /** True when the march's table puts the node on the accelerator. */
  accelerated(node: Node): boolean
  /** Codes wanted for a tensor; asymmetric ones become 127 where they are not possible. */
  levels(tensor: string): Levels
  /** Reachable range of a HzPreprocess output, by tensor name. */
  preprocessRange(tensor: string): ValueRange | undefined
  /** Asymmetric codes are possible everywhere, not only as centred codes. */
  takesZeroPoints?: boolean
  /** Names of look-ups to be quantized after the function alone (after-only.ts); where `takesZeroPoints` alone. */
  afterOnly?: ReadonlySet<string> | undefined
}

const ONE_SIDED: ReadonlySet<string> = new Set<OneSidedFunction>(['HzSwish', 'HardSwish', 'Mish', 'Gelu'])
const UNIT_RANGE: ReadonlySet<string> = new Set(['Sigmoid', 'HardSigmoid', 'Tanh', 'Softmax', 'Softsign'])

const NONE: ReadonlySet<string> = new Set()

/** Decide placement on an optimized graph (types inferred). Does not change the graph. */
export function placeQuantizers(graph: Graph, options: PlacementOptions): QuantizationPlan {
  const { takesZeroPoints = false, afterOnly = NONE } = options
  if (afterOnly.size > 0 && !takesZeroPoints)
    throw new Error('look-ups of this march have a quantizer before and after')
  const order = graph.sorted()
  const kinds = new Map<Node, OpKind>()
  for (const node of order) {
    const isQuantized = options.accelerated(node) && !afterOnly.has(node.name)
    const kind = isQuantized ? quantizableKind(graph, node) : undefined
    if (kind !== undefined) kinds.set(node, kind)
  }
  const fused = fuseActivations(graph, order, kinds)
  const units = quantizedUnits(graph, order, kinds)
  const quantizers = new Map<string, ActivationQuantizer>()
  const plan: QuantizationPlan = { quantizers, weighted: [], fused, units, concats: [], takesZeroPoints, afterOnly }
  const groups = new Groups()
  const nonNegative = new NonNegative(graph)

  for (const node of order) {
    if (!units.has(node)) continue
    for (const port of quantizedPorts(graph, node)) {
      const tensor = node.inputs[port]
      if (fused.has(node) || plan.quantizers.has(tensor)) continue
      plan.quantizers.set(tensor, newQuantizer(graph, tensor, fused, units, nonNegative, options))
    }
  }
  for (const node of order) {
    if (!units.has(node) || fused.has(node)) continue
    const kind = kinds.get(node)!
    if (kind === 'conv') plan.weighted.push(weightedUnit(graph, node, plan))
    if (kind === 'concat') plan.concats.push(node)
    if (kind !== 'passive') continue
    const source = plan.quantizers.get(node.inputs[0])
    for (const output of node.outputs) {
      const target = plan.quantizers.get(output)
      if (!source || !target) continue
      groups.join(source.tensor, target.tensor)
      target.follows = true
    }
  }
  for (const quantizer of plan.quantizers.values()) quantizer.group = groups.find(quantizer.tensor)
  shareLevels(plan)
  shareFixed(plan)
  if (!takesZeroPoints) grantCentredCodes(graph, plan)
  return plan
}

/** Ports of a unit that read a quantized activation: activation inputs that are not constants. */
export function quantizedPorts(graph: Graph, node: Node): number[] {
  const facts = opFacts(node)
  if (!facts) return []
  return activationPorts(node, facts).filter((port) => {
    const value = node.inputs[port]
    return value !== undefined && value !== '' && !graph.constant(value) && graph.type(value)?.dtype === 'float32'
  })
}

/** Kind of an operator that can be computed on quantized values in this graph; undefined = float. */
function quantizableKind(graph: Graph, node: Node): OpKind | undefined {
  const facts = opFacts(node)
  if (!facts || graph.type(node.outputs[0])?.dtype !== 'float32' || facts.kind === 'index') return undefined
  // onnxruntime's integer MatMul takes per-column scales with matrices alone; stacks and vectors stay in float.
  if (node.is('MatMul') && isFloatConstant(graph, node.inputs[1])) {
    return graph.constant(node.inputs[1])!.shape.length === 2 ? 'conv' : undefined
  }
  if (isFloatAveragePool(graph, node)) return undefined
  if (facts.kind === 'conv') {
    if (!isFloatConstant(graph, node.inputs[1])) return undefined
    const bias = node.inputs[2]
    if (bias && !isChannelBias(graph, node, bias)) return undefined
    if (node.is('Gemm') && !isPlainGemm(node)) return undefined
  }
  if (quantizedPorts(graph, node).length === 0) return undefined
  // The code of a small divisor may be 0.
  if (node.is('Div') && !isFloatConstant(graph, node.inputs[1])) return undefined
  if (node.is('Resize') && node.string('mode', 'nearest') === 'nearest') return 'passive'
  if (node.is('Pad') && padsWithZeroOrCopies(graph, node)) return 'passive'
  return facts.kind
}

function isFloatConstant(graph: Graph, value: string | undefined): boolean {
  return value !== undefined && graph.constant(value)?.dtype === 'float32'
}

/** A bias of one value per output channel (Gemm allows any broadcastable matrix, also a column; those stay in float). */
function isChannelBias(graph: Graph, node: Node, bias: string): boolean {
  const tensor = graph.constant(bias)
  if (!tensor || tensor.dtype !== 'float32') return false
  const channels = graph.shape(node.outputs[0])?.[1]
  return channels !== undefined && tensor.size === channels && tensor.shape[tensor.shape.length - 1] === channels
}

/** The passes fold alpha, beta and transA into constants; what is left over stays in float. */
function isPlainGemm(node: Node): boolean {
  return node.float('alpha', 1) === 1 && node.float('beta', 1) === 1 && node.int('transA', 0) === 0
}

function padsWithZeroOrCopies(graph: Graph, node: Node): boolean {
  if (node.string('mode', 'constant') !== 'constant') return true
  const value = node.inputs[2]
  return value === undefined || value === '' || graph.constant(value)?.numbers()[0] === 0
}

/** Relu, and Clip from 0, that follow a computing node and nothing else reads: they cost nothing and hide its raw range. */
function fuseActivations(graph: Graph, order: readonly Node[], kinds: ReadonlyMap<Node, OpKind>): Map<Node, Node> {
  const fused = new Map<Node, Node>()
  for (const node of order) {
    if (!kinds.has(node) || clipRange(graph, node) === undefined) continue
    const producer = graph.producer(node.inputs[0])
    const kind = producer && kinds.get(producer)
    if (!producer || fused.has(producer)) continue
    if (kind !== 'conv' && kind !== 'eltwise' && kind !== 'average') continue
    if (graph.soleConsumer(node.inputs[0]) === node) fused.set(node, producer)
  }
  return fused
}

/** Upper bound of a Relu (infinity) or a Clip from 0; undefined for every other node. */
export function clipRange(graph: Graph, node: Node): number | undefined {
  if (node.is('Relu')) return Infinity
  if (!node.is('Clip')) return undefined
  const bound = (port: number, none: number): number | undefined => {
    const value = node.inputs[port]
    if (value === undefined || value === '') return none
    return graph.constant(value)?.numbers()[0]
  }
  const upper = bound(2, Infinity)
  return bound(1, -Infinity) === 0 && upper !== undefined && upper > 0 ? upper : undefined
}

function quantizedUnits(graph: Graph, order: readonly Node[], kinds: ReadonlyMap<Node, OpKind>): Set<Node> {
  const units = new Set<Node>()
  for (const node of [...order].reverse()) {
    const kind = kinds.get(node)
    if (kind === undefined) continue
    const feedsUnit = node.outputs.some((output) =>
      graph.consumers(output).some((reader) => units.has(reader) && readsAsActivation(graph, reader, output)),
    )
    if (kind === 'conv' || feedsUnit) units.add(node)
  }
  return units
}

function readsAsActivation(graph: Graph, reader: Node, value: string): boolean {
  return quantizedPorts(graph, reader).some((port) => reader.inputs[port] === value)
}

function newQuantizer(
  graph: Graph,
  tensor: string,
  fused: ReadonlyMap<Node, Node>,
  units: ReadonlySet<Node>,
  nonNegative: NonNegative,
  options: PlacementOptions,
): ActivationQuantizer {
  const producer = graph.producer(tensor)
  const upper = producer && fused.has(producer) ? clipRange(graph, producer) : undefined
  const readers = graph.consumers(tensor).filter((reader) => units.has(reader))
  const functions = new Set(readers.map((reader) => functionOf(graph, reader)))
  const [only] = functions
  const isUnitRange = producer !== undefined && producer.domain === '' && UNIT_RANGE.has(producer.opType)
  const isNonNegative = nonNegative.of(tensor)
  const reach = isUnitRange ? { min: isNonNegative ? 0 : -1, max: 1 } : options.preprocessRange(tensor)
  return {
    tensor,
    group: tensor,
    nonNegative: isNonNegative,
    levels: options.levels(tensor),
    bound: producer && lowerBound(graph, producer),
    fixed: reach && magnitudeOf(reach),
    reach,
    cap: upper !== undefined && Number.isFinite(upper) ? upper : undefined,
    oneSided: functions.size === 1 && ONE_SIDED.has(only) ? (only as OneSidedFunction) : undefined,
    follows: false,
  }
}

/** The operator; of a look-up that is scaled behind its function alone, that function. */
function functionOf(graph: Graph, node: Node): string {
  if (!node.opType.startsWith(SCALED_PREFIX)) return node.opType
  const before = graph.constant(node.inputs[1])!.floats()
  const base = node.opType.slice(SCALED_PREFIX.length)
  if (before.some((factor) => factor !== 1)) return node.opType
  return ONE_SIDED.has(base) ? base : `Hz${base}`
}

function weightedUnit(graph: Graph, node: Node, plan: QuantizationPlan): WeightedUnit {
  const bias = node.inputs[2]
  const activation = graph.soleConsumer(node.outputs[0])
  const output = activation && plan.fused.get(activation) === node ? activation.outputs[0] : node.outputs[0]
  return {
    node,
    input: node.inputs[0],
    weight: node.inputs[1],
    bias: bias === '' ? undefined : bias,
    axis: weightAxis(graph, node),
    tail: !plan.quantizers.has(output),
  }
}

/** Axis of the weight that indexes output channels. */
function weightAxis(graph: Graph, node: Node): number {
  if (node.is('ConvTranspose')) return 1
  if (node.is('Gemm')) return node.int('transB', 0) === 1 ? 0 : 1
  if (node.is('MatMul')) return graph.constant(node.inputs[1])!.shape.length - 1
  return 0
}

/** A fixed threshold holds for the whole group; two different ones keep the larger. */
function shareFixed(plan: QuantizationPlan): void {
  const byGroup = new Map<string, number>()
  for (const { group, fixed } of plan.quantizers.values()) {
    if (fixed !== undefined) byGroup.set(group, Math.max(fixed, byGroup.get(group) ?? 0))
  }
  for (const quantizer of plan.quantizers.values()) quantizer.fixed = byGroup.get(quantizer.group)
}

/** Tensors that share a scale share the codes; int16 wins. */
function shareLevels(plan: QuantizationPlan): void {
  const byGroup = new Map<string, Levels>()
  for (const { group, levels } of plan.quantizers.values()) {
    const other = byGroup.get(group) ?? levels
    byGroup.set(group, other === levels ? levels : widest(levels, other))
  }
  for (const quantizer of plan.quantizers.values()) quantizer.levels = byGroup.get(quantizer.group)!
}

function widest(a: Levels, b: Levels): Levels {
  return a === 32767 || b === 32767 ? 32767 : 127
}

/** Largest magnitude of what is below 0 in the result of a function that hardly is. */
const LOWER_BOUNDS: Readonly<Record<string, number>> = { HzSwish: 0.2785, HardSwish: 0.375, Mish: 0.3089, Gelu: 0.1701 }

function lowerBound(graph: Graph, node: Node): number | undefined {
  const own = LOWER_BOUNDS[node.opType]
  if (own !== undefined || !node.opType.startsWith(SCALED_PREFIX)) return own
  const name = node.opType.slice(SCALED_PREFIX.length)
  const base = LOWER_BOUNDS[name] ?? LOWER_BOUNDS[`Hz${name}`]
  return base === undefined ? undefined : base * Math.max(...graph.constant(node.inputs[2])!.floats())
}

/** Which values can never be negative, followed through value-preserving and averaging operators. */
class NonNegative {
  readonly #graph: Graph
  readonly #known = new Map<string, boolean>()

  constructor(graph: Graph) {
    this.#graph = graph
    for (const node of graph.sorted()) for (const output of node.outputs) this.#known.set(output, this.#infer(node))
  }

  of(tensor: string): boolean {
    return this.#known.get(tensor) ?? false
  }

  #infer(node: Node): boolean {
    if (node.domain === HORIZON_DOMAIN) return false
    const facts = opFacts(node)
    if (node.is('Softmax') || facts?.nonNegative || clipRange(this.#graph, node) !== undefined) return true
    if (!facts) return false
    const inputs = activationPorts(node, facts).map((port) => node.inputs[port])
    const all = inputs.every((input) => this.of(input))
    if (facts.kind === 'passive' || facts.kind === 'concat') return all
    if (node.is('AveragePool', 'GlobalAveragePool', 'ReduceMean', 'ReduceSum')) return all
    if (node.is('Resize')) return all && node.string('mode', 'nearest') !== 'cubic'
    if (node.is('Pad')) return all && padsWithZeroOrCopies(this.#graph, node)
    return node.is('Add', 'Mul', 'Max', 'Min', 'Sum', 'Mean') && all
  }
}
