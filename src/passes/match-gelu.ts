/** GELU written out, by the error function or by its tanh approximation. */
import type { Graph } from '../ir/graph.ts'
import { type Attribute, type Node, string } from '../ir/node.ts'
import { scalarConstant, soleProducer } from './rewrite.ts'
import { near, orders, product, scaledBy, shiftedBy, unscaled } from './scalar-arithmetic.ts'

export interface Match {
  opType: string
  input: string
  /** What the result is multiplied by; undefined: nothing. */
  scale?: number
  attributes?: Record<string, Attribute>
}

/** Match the last node of x * (1 + Erf(x / sqrt(2))) / 2 or of its approximation by Tanh, factors in any order. */
export function gelu(graph: Graph, node: Node): Match | undefined {
  const whole = product(graph, node)
  if (!whole) return undefined
  for (const [left, gate] of orders(whole)) {
    const { value: x, factor } = unscaled(graph, left)
    if (!near(factor * whole.factor, 0.5)) continue
    const shifted = shiftedBy(graph, soleProducer(graph, gate, 'Add'))
    if (!shifted || !near(shifted.shift, 1)) continue
    const curve = soleProducer(graph, shifted.value, 'Erf', 'Tanh')
    const scaled = curve && scaledBy(graph, soleProducer(graph, curve.inputs[0], 'Mul', 'Div'))
    if (!scaled) continue
    const match = { opType: 'Gelu', input: x }
    if (curve.is('Erf') && scaled.value === x && near(scaled.factor, Math.SQRT1_2)) return match
    if (curve.is('Tanh') && near(scaled.factor, Math.sqrt(2 / Math.PI)) && isCubic(graph, scaled.value, x)) {
      return { ...match, attributes: { approximate: string('tanh') } }
    }
  }
  return undefined
}

/** True for x + 0.044715 * x^3. */
function isCubic(graph: Graph, value: string, x: string): boolean {
  const sum = soleProducer(graph, value, 'Add')
  if (!sum?.inputs.includes(x)) return false
  const other = sum.inputs[0] === x ? sum.inputs[1] : sum.inputs[0]
  const scaled = scaledBy(graph, soleProducer(graph, other, 'Mul'))
  return scaled !== undefined && near(scaled.factor / 0.044715, 1) && isCube(graph, scaled.value, x)
}

/** True for Pow(x, 3), x * (x * x) and x * Pow(x, 2). */
function isCube(graph: Graph, value: string, x: string): boolean {
  return isPower(graph, value, x, 3) || factorsOf(graph, value).some(([a, b]) => a === x && isSquare(graph, b, x))
}

function isSquare(graph: Graph, value: string, x: string): boolean {
  return isPower(graph, value, x, 2) || factorsOf(graph, value).some(([a, b]) => a === x && b === x)
}

function isPower(graph: Graph, value: string, x: string, exponent: number): boolean {
  const power = soleProducer(graph, value, 'Pow')
  return power?.inputs[0] === x && scalarConstant(graph, power.inputs[1]) === exponent
}

function factorsOf(graph: Graph, value: string): [string, string][] {
  const mul = soleProducer(graph, value, 'Mul')
  return mul ? orders({ a: mul.inputs[0], b: mul.inputs[1] }) : []
}
