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
import type { Placement } from './placement.ts'

const TABLES: Readonly<Record<Exclude<March, 'generic'>, ReadonlyMap<string, OperatorClass>>> = {
  bernoulli2: operatorClasses(BERNOULLI2),
  bayes: operatorClasses(BAYES),
  'bayes-e': operatorClasses(BAYES_E),
}

/** Operators our passes recognise, which the tables know as several: a table look-up on every march. */
const RECOGNISED = new Set(['HardSwish', 'Mish', 'Gelu'])

/** Place every node of an optimized graph, by node name. */
export function placeNodes(graph: Graph, march: March): Map<string, Placement> {
  const placements = new Map<string, Placement>()
  const order = graph.sorted()
  for (const node of order) placements.set(node.name, ownPlacement(graph, node, march))
  // A passive operator inherits its scale: it needs accelerated neighbours on both sides, or an accelerated reader.
  for (const node of [...order].reverse()) {
    const placement = placements.get(node.name)!
    if (placement.kind !== 'passive') continue
    const onChip = (other: Node | undefined): boolean => other !== undefined && placements.get(other.name)?.on === 'BPU'
    const read = node.outputs.some((output) => graph.consumers(output).some(onChip))
    const fed = onChip(graph.producer(node.inputs[0]))
    if (!read && !(fed && node.outputs.some((output) => graph.isOutput(output)))) {
      placements.set(node.name, {
        on: 'CPU',
        kind: 'passive',
        reason: 'moves data between operators that run on the CPU',
      })
    }
  }
  return placements
}

function ownPlacement(graph: Graph, node: Node, march: March): Placement {
  const cpu = (reason: string, kind: Placement['kind'] = 'cpu'): Placement => ({ on: 'CPU', kind, reason })
  if (node.domain === HORIZON_DOMAIN) return { on: 'BPU', kind: 'active', reason: '' }
  if (node.domain !== '') return cpu(`operator ${node.domain}::${node.opType} is not part of ONNX`)
  const floats = node.inputs.some(
    (input) => input !== '' && !graph.constant(input) && graph.type(input)?.dtype === 'float32',
  )
  if (!floats) return cpu('works on integers or constants, not on quantized values')
  if (march === 'generic') {
    const facts = opFacts(node)
    if (!facts) return cpu(`${node.opType} has no quantized form`)
    return { on: 'BPU', kind: facts.kind === 'passive' ? 'passive' : 'active', reason: '' }
  }
  const kind = RECOGNISED.has(node.opType) ? 'active' : TABLES[march].get(node.opType)
  if (kind === undefined) return cpu(`${node.opType} is not in the operator table of ${march}`)
  if (kind === 'cpu') return cpu(`${node.opType} has no accelerator implementation on ${march}`)
  if (kind === 'manual') return cpu(`${node.opType} runs on the CPU by default on ${march} (class manual)`, 'manual')
  return { on: 'BPU', kind, reason: '' }
}
