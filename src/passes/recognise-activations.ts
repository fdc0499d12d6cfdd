/**
 * HardSwish, Mish and GELU written out become one operator, which the accelerator runs as one look-up.
 *
 * Before: x * HardSigmoid(x, 1/6, 1/2) | x * Clip(x + 3, 0, 6) / 6 | x * Clip(x / 6 + 1/2, 0, 1)   (1/6 at either factor)
 * After:  HardSwish(x)
 * Before: the same with another constant than 1/6 at a factor, like 0.16662598, which is 1/6 in half precision
 * After:  HzScaledHardSwish(x, 1, c)   (HardSwish(x) * c, c = 6 times that constant)
 * Before: x * Tanh(Softplus(x))
 * After:  Mish(x)
 * Before: x * (Erf(x / sqrt(2)) + 1) / 2   (factors in any order)
 * After:  Gelu(x)
 * Before: x * (Tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)) + 1) / 2
 * After:  Gelu(x, approximate = tanh)
 */
import type { Graph } from '../ir/graph.ts'
import { HORIZON_DOMAIN, type Node } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { SCALED_PREFIX } from '../ops/facts.ts'
import { gelu, type Match } from './match-gelu.ts'
import type { Pass } from './pass.ts'
import { scalarConstant, soleProducer } from './rewrite.ts'
import { near, orders, product, scaledBy, shiftedBy, unscaled } from './scalar-arithmetic.ts'

export const recogniseActivations: Pass = {
  name: 'recognise-activations',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) {
      if (!node.is('Mul', 'Div')) continue
      const match = hardSwish(graph, node) ?? mish(graph, node) ?? gelu(graph, node)
      if (!match) continue
      graph.removeNode(node)
      const { opType, input, attributes, scale } = match
      const added = graph.addNode({
        name: node.name,
        opType,
        inputs: [input],
        outputs: node.outputs,
        ...(attributes && { attributes }),
      })
      if (scale !== undefined) scaleNode(graph, added, scale)
      rewrites++
    }
    return rewrites
  },
}

function hardSwish(graph: Graph, node: Node): Match | undefined {
  const whole = product(graph, node)
  if (!whole) return undefined
  for (const [left, gate] of orders(whole)) {
    const { value: x, factor } = unscaled(graph, left)
    const sigmoid = soleProducer(graph, gate, 'HardSigmoid')
    const standard = sigmoid && near(sigmoid.float('alpha', 0.2), 1 / 6) && near(sigmoid.float('beta', 0.5), 0.5)
    if (standard && sigmoid.inputs[0] === x) return scaledHardSwish(graph, node, x, whole.factor * factor)
    const clip = clipGate(graph, gate)
    if (clip && clip.input === x) return scaledHardSwish(graph, node, x, clip.height * whole.factor * factor)
  }
  return undefined
}

/** HardSwish(x) * scale; undefined where that is no look-up of its own, or a constant factor follows, which belongs to it. */
function scaledHardSwish(graph: Graph, node: Node, input: string, scale: number): Match | undefined {
  if (near(scale, 1)) return { opType: 'HardSwish', input }
  if (scaledBy(graph, graph.soleConsumer(node.outputs[0]))) return undefined
  const isKnown = graph.shape(input) !== undefined && Number.isFinite(scale) && scale > 0
  return isKnown ? { opType: 'HardSwish', input, scale } : undefined
}

/** Make a look-up a scaled one. */
function scaleNode(graph: Graph, node: Node, scale: number): void {
  const shape = graph.shape(node.inputs[0])!.map(() => 1)
  const constant = (suffix: string, value: number): string =>
    graph.setConstant(graph.freshName(`${node.name}_${suffix}`), Tensor.float32(shape, Float32Array.of(value)))
  graph.setInputs(node, [node.inputs[0], constant('ones', 1), constant('after', scale)])
  node.opType = SCALED_PREFIX + node.opType
  node.domain = HORIZON_DOMAIN
}

/** Clip(x * h/6 + h/2, 0, h), possibly scaled afterwards: height is the value of the gate for large x. */
function clipGate(graph: Graph, gate: string): { input: string; height: number } | undefined {
  const { value, factor } = unscaled(graph, gate)
  const clip = soleProducer(graph, value, 'Clip')
  const upper = clip && scalarConstant(graph, clip.inputs[2])
  if (!clip || upper === undefined || scalarConstant(graph, clip.inputs[1]) !== 0) return undefined
  const shifted = shiftedBy(graph, soleProducer(graph, clip.inputs[0], 'Add'))
  if (!shifted || !near(shifted.shift, upper / 2)) return undefined
  const slope = scaledBy(graph, soleProducer(graph, shifted.value, 'Mul', 'Div'))
  const height = upper * factor
  if (near(upper, 6)) return { input: shifted.value, height }
  return slope && near(slope.factor, upper / 6) ? { input: slope.value, height } : undefined
}

function mish(graph: Graph, node: Node): Match | undefined {
  const whole = product(graph, node)
  if (!whole || !near(whole.factor, 1)) return undefined
  for (const [x, gate] of orders(whole)) {
    const tanh = soleProducer(graph, gate, 'Tanh')
    const softplus = tanh && soleProducer(graph, tanh.inputs[0], 'Softplus')
    if (softplus?.inputs[0] === x) return { opType: 'Mish', input: x }
  }
  return undefined
}
