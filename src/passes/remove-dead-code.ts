/** Remove nodes and constants that no output depends on. */
import type { Graph } from '../ir/graph.ts'
import type { Pass } from './pass.ts'

export const removeDeadCode = {
  name: 'remove-dead-code',
  run(graph: Graph): number {
    let rewrites = 0
    for (const node of graph.sorted().reverse()) {
      const read = node.outputs.some(
        (output) => output !== '' && (graph.isOutput(output) || graph.consumers(output).length > 0),
      )
      if (read) continue
      graph.removeNode(node)
      rewrites++
    }
    for (const name of graph.constants.keys()) {
      if (graph.consumers(name).length > 0 || graph.isOutput(name)) continue
      graph.removeConstant(name)
      rewrites++
    }
    return rewrites
  },
} satisfies Pass
