/** Operands that are missing, or whose element types contradict each other. */
import { GraphError } from '../errors.ts'
import type { DType } from '../ir/dtype.ts'
import type { ValueType } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import { signatureOf } from './signatures.ts'

const FIXED: Readonly<Record<string, DType>> = { i: 'int64', b: 'bool' }

/**
 * Throw GraphError GRAPH_MISSING_INPUT or GRAPH_TYPE_CONFLICT where a node of ONNX's own domain reads what it cannot.
 *
 * @param types types of the inputs as far as known
 */
export function checkOperands(node: Node, types: readonly (ValueType | undefined)[]): void {
  const signature = node.domain === '' ? signatureOf(node.opType) : undefined
  if (!signature) return
  const first = new Map<string, number>()
  const count = signature[0].variadic ? Math.max(1, node.inputs.length) : signature.length
  for (let port = 0; port < count; port++) {
    const { type, optional } = signature[Math.min(port, signature.length - 1)]
    if (!optional && !node.inputs[port]) refuseMissing(node, port)
    const dtype = types[port]?.dtype
    if (dtype === undefined || type === 'x') continue
    const fixed = FIXED[type]
    if (fixed) {
      if (dtype !== fixed) refuseTypes(node, `'${node.inputs[port]}' is ${dtype} and must be ${fixed}`)
      continue
    }
    const other = first.get(type)
    if (other === undefined) first.set(type, port)
    else if (types[other]?.dtype !== dtype) {
      refuseTypes(
        node,
        `'${node.inputs[other]}' is ${types[other]?.dtype} and '${node.inputs[port]}' is ${dtype}, they must be equal`,
      )
    }
  }
}

function refuseMissing(node: Node, port: number): never {
  throw new GraphError('GRAPH_MISSING_INPUT', `${node.opType} '${node.name}' lacks its input ${port}`, {
    where: node.name,
    detail: `it reads: ${node.inputs.map((input) => `'${input}'`).join(', ') || 'nothing'}`,
    fix: 'the file is damaged or its exporter made a mistake: export the model again',
  })
}

function refuseTypes(node: Node, what: string): never {
  throw new GraphError('GRAPH_TYPE_CONFLICT', `element types of ${node.opType} '${node.name}': ${what}`, {
    where: node.name,
    fix: 'put a Cast before this node, or export the model again',
  })
}
