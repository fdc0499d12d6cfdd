/**
 * SiLU becomes one look-up operator.
 *
 * Before: y = x * Sigmoid(x)
 * After:  y = HzSwish(x)      (a model-local function with the same two nodes inside; it keeps the Mul's name)
 * Only when nothing else reads the Sigmoid.
 */
import { INTERNAL_OPSET, type ModelFunction } from '../ir/model.ts'
import { HORIZON_DOMAIN, Node } from '../ir/node.ts'
import { SWISH_OP } from '../ops/facts.ts'
import type { Pass } from './pass.ts'
import { soleProducer } from './rewrite.ts'

export const SWISH_FUNCTION: ModelFunction = {
  domain: HORIZON_DOMAIN,
  name: SWISH_OP,
  inputs: ['x'],
  outputs: ['y'],
  attributes: [],
  opsets: new Map([['', INTERNAL_OPSET]]),
  nodes: [
    new Node({ name: 'sigmoid', opType: 'Sigmoid', inputs: ['x'], outputs: ['gate'] }),
    new Node({ name: 'mul', opType: 'Mul', inputs: ['x', 'gate'], outputs: ['y'] }),
  ],
}

export const recogniseSwish: Pass = {
  name: 'recognise-swish',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) {
      if (!node.is('Mul')) continue
      for (const [x, gate] of [node.inputs, [...node.inputs].reverse()]) {
        const sigmoid = soleProducer(graph, gate, 'Sigmoid')
        if (sigmoid?.inputs[0] !== x) continue
        graph.removeNode(sigmoid)
        graph.removeNode(node)
        graph.addNode({ name: node.name, opType: SWISH_OP, domain: HORIZON_DOMAIN, inputs: [x], outputs: node.outputs })
        rewrites++
        break
      }
    }
    return rewrites
  },
}
