/**
 * Which nodes run on the accelerator of a march. This version decides by the operator tables' names; the limits on shapes and
 * attributes come later. Class `manual` means CPU until asked for.
 */
import type { March } from '../config/types.ts'
import type { Graph } from '../ir/graph.ts'
import { HORIZON_DOMAIN, type Node } from '../ir/node.ts'
import { opFacts } from '../ops/facts.ts'
import { BAYES_E } from './marches/bayes-e.ts'
import { BAYES } from './marches/bayes.ts'
import { BERNOULLI2 } from './marches/bernoulli2.ts'
import { type OperatorClass, operatorClasses } from './operator-table.ts'
import { placePassive } from './place-passive.ts'
import type { Placement } from './placement.ts'

const TABLES: Readonly<Record<Exclude<March, 'generic'>, ReadonlyMap<string, OperatorClass>>> = {
  bernoulli2: operatorClasses(BERNOULLI2),
  bayes: operatorClasses(BAYES),
  'bayes-e': operatorClasses(BAYES_E),
}

/** Functions the tables do not name: their operands decide. One look-up where all of them run on the accelerator. */
const COMPOSED: Readonly<Record<string, readonly string[]>> = {
  HardSwish: ['Add', 'Clip', 'Mul'],
  Mish: ['Softplus', 'Tanh', 'Mul'],
  Gelu: ['Erf', 'Add', 'Mul'],
}
const GELU_TANH = ['Pow', 'Tanh', 'Add', 'Mul']

/** Place every node of an optimized graph (types inferred), by node name; `cpuNodes` stay on the CPU on the user's word. */
export function placeNodes(
  graph: Graph,
  march: March,
  cpuNodes: ReadonlySet<string> = new Set(),
): Map<string, Placement> {
  const order = graph.sorted()
  const placements = new Map<string, Placement>()
  for (const node of order) {
    const isAsked = cpuNodes.has(node.name) && !node.opType.startsWith('HzPreprocess')
    placements.set(node.name, isAsked ? cpu('was asked for (run_on_cpu)') : ownPlacement(graph, node, march))
  }
  placePassive(graph, order, placements)
  return placements
}

/** What operator and types alone say, without the neighbours. */
function ownPlacement(graph: Graph, node: Node, march: March): Placement {
  if (node.domain === HORIZON_DOMAIN) return accelerated('active')
  if (node.domain !== '') return cpu(`operator ${node.domain}::${node.opType} is not part of ONNX`, 'none')
  if (node.inputs.every((input) => graph.constant(input))) return cpu('does not depend on the input of the model')
  if (isIndexArithmetic(graph, node)) return cpu('works on integers, not on quantized values')
  if (march === 'generic') {
    const facts = opFacts(node)
    if (!facts) return cpu(`${node.opType} has no quantized form`)
    return accelerated(facts.kind === 'passive' || facts.kind === 'concat' ? 'passive' : 'active')
  }
  const kinds = partsOf(node).map((part) => [part, TABLES[march].get(part)] as const)
  const [part, kind] = kinds.find((entry) => !isAccelerated(entry[1])) ?? kinds[0]
  const name = part === node.opType ? part : `${node.opType} needs ${part}, and ${part}`
  switch (kind) {
    case 'active':
      return accelerated('active')
    case 'passive':
      return accelerated(part === node.opType ? 'passive' : 'active')
    case 'manual':
      return cpu(`${name} runs on the CPU by default on ${march} (class manual)`, 'manual')
    case 'cpu':
      return cpu(`${name} has no accelerator implementation on ${march}`)
    case 'none':
      return cpu(`${name} runs neither on the accelerator nor on the CPU of ${march}`, 'none')
    case undefined:
      return cpu(`${name} is not in the operator table of ${march}`, 'none')
  }
}

function partsOf(node: Node): readonly string[] {
  if (node.opType === 'Gelu' && node.string('approximate', 'none') === 'tanh') return GELU_TANH
  return COMPOSED[node.opType] ?? [node.opType]
}

function isAccelerated(kind: OperatorClass | undefined): boolean {
  return kind === 'active' || kind === 'passive'
}

/** True where no activation is a float: shape arithmetic, masks, indices. Unknown types count as floats. */
function isIndexArithmetic(graph: Graph, node: Node): boolean {
  return node.inputs.every((input) => {
    if (input === '' || graph.constant(input)) return true
    const type = graph.type(input)
    return type !== undefined && type.dtype !== 'float32'
  })
}

function accelerated(kind: 'active' | 'passive'): Placement {
  return { on: 'BPU', kind, reason: '' }
}

function cpu(reason: string, kind: OperatorClass = 'cpu'): Placement {
  return { on: 'CPU', kind, reason }
}
