/**
 * HardSwish, Mish and GELU written out become one operator, which the accelerator runs as one look-up.
 *
 * Before: x * HardSigmoid(x, 1/6, 1/2) | x * Clip(x + 3, 0, 6) / 6 | x * Clip(x / 6 + 1/2, 0, 1)
 * After:  HardSwish(x)
 * Before: x * Tanh(Softplus(x))
 * After:  Mish(x)
 * Before: x * (Erf(x / sqrt(2)) + 1) / 2   (factors in any order)
 * After:  Gelu(x)
 */
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import type { Pass } from './pass.ts'
import { scalarConstant, soleProducer } from './rewrite.ts'

const near = (a: number | undefined, b: number): boolean =>
  a !== undefined && Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(b))

export const recogniseActivations: Pass = {
  name: 'recognise-activations',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) {
      if (!node.is('Mul', 'Div')) continue
      const match = hardSwish(graph, node) ?? mish(graph, node) ?? gelu(graph, node)
      if (!match) continue
      graph.removeNode(node)
      graph.addNode({ name: node.name, opType: match.opType, inputs: [match.input], outputs: node.outputs })
      rewrites++
    }
    return rewrites
  },
}

interface Match {
  opType: string
  input: string
}

/** A Mul or Div by a constant: the other operand and the factor. */
function scaledBy(graph: Graph, node: Node | undefined): { value: string; factor: number } | undefined {
  if (!node?.is('Mul', 'Div')) return undefined
  const [a, b] = node.inputs
  const right = scalarConstant(graph, b)
  if (right !== undefined) return { value: a, factor: node.is('Div') ? 1 / right : right }
  const left = scalarConstant(graph, a)
  return left !== undefined && node.is('Mul') ? { value: b, factor: left } : undefined
}

/** An Add of a constant: the other operand and the constant. */
function shiftedBy(graph: Graph, node: Node | undefined): { value: string; shift: number } | undefined {
  if (!node?.is('Add')) return undefined
  const [a, b] = node.inputs
  const right = scalarConstant(graph, b)
  if (right !== undefined) return { value: a, shift: right }
  const left = scalarConstant(graph, a)
  return left === undefined ? undefined : { value: b, shift: left }
}

/** Peel constant factors off a product; what is left is the innermost Mul of two values. */
function product(graph: Graph, node: Node): { factor: number; a: string; b: string } | undefined {
  let factor = 1
  let current: Node = node
  for (let scaled = scaledBy(graph, current); scaled; scaled = scaledBy(graph, current)) {
    factor *= scaled.factor
    const inner = soleProducer(graph, scaled.value, 'Mul', 'Div')
    if (!inner) return undefined
    current = inner
  }
  return current.is('Mul') ? { factor, a: current.inputs[0], b: current.inputs[1] } : undefined
}

function orders({ a, b }: { a: string; b: string }): [string, string][] {
  return [
    [a, b],
    [b, a],
  ]
}

function hardSwish(graph: Graph, node: Node): Match | undefined {
  const whole = product(graph, node)
  if (!whole) return undefined
  for (const [x, gate] of orders(whole)) {
    const sigmoid = soleProducer(graph, gate, 'HardSigmoid')
    const standard = sigmoid && near(sigmoid.float('alpha', 0.2), 1 / 6) && near(sigmoid.float('beta', 0.5), 0.5)
    if (standard && sigmoid.inputs[0] === x && near(whole.factor, 1)) return { opType: 'HardSwish', input: x }
    const clip = clipGate(graph, gate)
    if (clip && clip.input === x && near(clip.height * whole.factor, 1)) return { opType: 'HardSwish', input: x }
  }
  return undefined
}

/** Clip(x * h/6 + h/2, 0, h), possibly scaled afterwards: height is the value of the gate for large x. */
function clipGate(graph: Graph, gate: string): { input: string; height: number } | undefined {
  const scaled = scaledBy(graph, soleProducer(graph, gate, 'Mul', 'Div'))
  const clip = soleProducer(graph, scaled?.value ?? gate, 'Clip')
  const upper = clip && scalarConstant(graph, clip.inputs[2])
  if (!clip || upper === undefined || scalarConstant(graph, clip.inputs[1]) !== 0) return undefined
  const shifted = shiftedBy(graph, soleProducer(graph, clip.inputs[0], 'Add'))
  if (!shifted || !near(shifted.shift, upper / 2)) return undefined
  const slope = scaledBy(graph, soleProducer(graph, shifted.value, 'Mul', 'Div'))
  const height = upper * (scaled?.factor ?? 1)
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

function gelu(graph: Graph, node: Node): Match | undefined {
  const whole = product(graph, node)
  if (!whole) return undefined
  for (const [left, gate] of orders(whole)) {
    const half = scaledBy(graph, soleProducer(graph, left, 'Mul', 'Div'))
    const x = half?.value ?? left
    const shifted = shiftedBy(graph, soleProducer(graph, gate, 'Add'))
    const erf = shifted && soleProducer(graph, shifted.value, 'Erf')
    const scaled = erf && scaledBy(graph, soleProducer(graph, erf.inputs[0], 'Mul', 'Div'))
    if (!shifted || !scaled || !near(shifted.shift, 1) || !near(scaled.factor, Math.SQRT1_2)) continue
    if (scaled.value === x && near((half?.factor ?? 1) * whole.factor, 0.5)) return { opType: 'Gelu', input: x }
  }
  return undefined
}
