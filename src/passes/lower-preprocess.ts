/**
 * HzPreprocess on channels-last inputs works inside on channels first; showing its Transposes lets them cancel with the
 * model's own.
 *
 * Before: y = HzPreprocessNHWC(x, W, b)
 * After:  y = Transpose(HzPreprocess(Transpose(x), W, b))
 */
import { HORIZON_DOMAIN, ints } from '../ir/node.ts'
import type { Pass } from './pass.ts'

export const lowerPreprocess: Pass = {
  name: 'lower-preprocess',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) {
      if (node.domain !== HORIZON_DOMAIN || node.opType !== 'HzPreprocessNHWC') continue
      const [input, weight, bias] = node.inputs
      const [output] = node.outputs
      const before = graph.freshName(`${input}_nchw`)
      const after = graph.freshName(`${output}_nchw`)
      const transpose = (from: string, to: string, perm: readonly number[]): void => {
        const name = graph.freshNodeName(`${to}_Transpose`)
        graph.addNode({ name, opType: 'Transpose', inputs: [from], outputs: [to], attributes: { perm: ints(perm) } })
      }
      graph.removeNode(node)
      transpose(input, before, [0, 3, 1, 2])
      graph.addNode({
        name: node.name,
        opType: 'HzPreprocess',
        domain: HORIZON_DOMAIN,
        inputs: [before, weight, bias],
        outputs: [after],
        attributes: node.attributes,
      })
      transpose(after, output, [0, 2, 3, 1])
      rewrites++
    }
    return rewrites
  },
}
