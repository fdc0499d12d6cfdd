/**
 * Two Transposes in a row are one.
 *
 * Before: y = Transpose(Transpose(x, p), q)
 * After:  y = Transpose(x, p o q)      (removed later where that moves nothing)
 */
import { ints } from '../ir/node.ts'
import type { Pass } from './pass.ts'

export const mergeTransposes: Pass = {
  name: 'merge-transposes',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) {
      const producer = node.is('Transpose') ? graph.producer(node.inputs[0]) : undefined
      const outer = node.ints('perm')
      const inner = producer?.ints('perm')
      if (!producer?.is('Transpose') || !outer || !inner) continue
      graph.setInput(node, 0, producer.inputs[0])
      node.attributes.set('perm', ints(outer.map((axis) => inner[axis])))
      rewrites++
    }
    return rewrites
  },
}
