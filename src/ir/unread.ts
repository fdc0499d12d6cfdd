import type { Graph } from './graph.ts'

/** Remove constants that nothing reads. */
export function removeUnreadConstants(graph: Graph): void {
  for (const name of graph.constants.keys()) {
    if (graph.consumers(name).length === 0 && !graph.isOutput(name)) graph.removeConstant(name)
  }
}
