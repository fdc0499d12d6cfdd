/** What a rewrite is. One file per pass, listed in `pipeline.ts`. */
import type { Graph } from '../ir/graph.ts'
import type { Tensor } from '../ir/tensor.ts'

/** What a pass may ask of the outside. Injected, so that passes know no runtime. */
export interface PassContext {
  /** Compute a constant sub-graph: the values named in `outputs` of a graph without inputs. */
  evaluate(graph: Graph, outputs: readonly string[]): Promise<Map<string, Tensor>>
}

export interface Pass {
  /** kebab-case, the file's name. */
  name: string
  /**
   * Rewrite the graph in place and return how many rewrites were made (0 = nothing to do; the pipeline repeats until quiet).
   * `graph.types` is complete when a pass starts; the runner infers and verifies again after it.
   */
  run(graph: Graph, context: PassContext): number | Promise<number>
}
