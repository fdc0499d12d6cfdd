/**
 * Look-ups with a factor per channel before and after the function: y = f(x * before) * after.
 *
 * They let the tensors around a look-up be stored with a range per channel (channel-ranges.ts). One model-local function per
 * operator, so that every ONNX runtime computes them; on the chip each channel has a table of its own.
 */
import { INTERNAL_OPSET, type Model, type ModelFunction } from '../ir/model.ts'
import { HORIZON_DOMAIN, Node } from '../ir/node.ts'
import { SCALED_PREFIX, SWISH_OP } from '../ops/facts.ts'
import { Tensor } from '../ir/tensor.ts'

/** Nodes that compute f from `scaled` to `value`, by operator. */
const BODIES: Readonly<Record<string, readonly Node[]>> = {
  [SWISH_OP]: [step('Sigmoid', ['scaled'], 'gate'), step('Mul', ['scaled', 'gate'], 'value')],
  HardSwish: [step('HardSwish', ['scaled'], 'value')],
  Mish: [step('Mish', ['scaled'], 'value')],
}

/** True for a look-up that may get factors, or has them. */
export function isScalable(node: Node): boolean {
  if (node.domain === HORIZON_DOMAIN) return node.opType === SWISH_OP || node.opType.startsWith(SCALED_PREFIX)
  return node.domain === '' && node.opType in BODIES
}

/** Multiply the factors of a look-up of `model.graph`, which becomes a scaled one, in place. */
export function scaleLookup(model: Model, node: Node, side: 'before' | 'after', factors: Float32Array): void {
  const { graph } = model
  const rank = graph.shape(node.inputs[0])?.length ?? 4
  const shape = Array.from({ length: rank }, (_, axis) => (axis === 1 ? factors.length : 1))
  if (!node.opType.startsWith(SCALED_PREFIX)) {
    const definition = scaledFunction(node.opType)
    if (!model.functions.some((known) => known.name === definition.name)) model.functions.push(definition)
    node.opType = definition.name
    node.domain = HORIZON_DOMAIN
    const one = graph.setConstant(
      graph.freshName(`${node.name}_ones`),
      Tensor.float32(
        shape,
        factors.map(() => 1),
      ),
    )
    graph.setInputs(node, [node.inputs[0], one, one])
  }
  const port = side === 'before' ? 1 : 2
  const known = graph.constant(node.inputs[port])!.floats()
  const product = Tensor.float32(
    shape,
    factors.map((factor, c) => factor * (known.length === 1 ? known[0] : known[c])),
  )
  graph.setInput(node, port, graph.setConstant(graph.freshName(`${node.name}_${side}`), product))
}

/** The function `HzScaled...` of an operator. */
export function scaledFunction(opType: string): ModelFunction {
  return {
    domain: HORIZON_DOMAIN,
    name: SCALED_PREFIX + opType.replace(/^Hz/, ''),
    inputs: ['x', 'before', 'after'],
    outputs: ['y'],
    attributes: [],
    opsets: new Map([['', INTERNAL_OPSET]]),
    nodes: [step('Mul', ['x', 'before'], 'scaled'), ...BODIES[opType], step('Mul', ['value', 'after'], 'y')],
  }
}

function step(opType: string, inputs: readonly string[], output: string): Node {
  return new Node({ name: `compute_${output}`, opType, inputs, outputs: [output] })
}
