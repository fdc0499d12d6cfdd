/** Operators that changed between opset 7 and 26, and the loop over a graph. */
import { ReadError } from '../../errors.ts'
import type { Graph } from '../../ir/graph.ts'
import { INTERNAL_OPSET } from '../../ir/model.ts'
import { batchNormalization } from './batch-normalization.ts'
import { cast } from './cast.ts'
import { clip } from './clip.ts'
import type { Conversion } from './context.ts'
import { dft } from './dft.ts'
import { dropout } from './dropout.ts'
import { gridSample } from './grid-sample.ts'
import { groupNormalization } from './group-normalization.ts'
import { pad } from './pad.ts'
import { reduce, reduceSum } from './reduce.ts'
import { scatter } from './rename.ts'
import { resize } from './resize.ts'
import { roiAlign } from './roi-align.ts'
import { scan } from './scan.ts'
import { slice } from './slice.ts'
import { softmax } from './softmax.ts'
import { split } from './split.ts'
import { squeeze } from './squeeze.ts'
import { swish } from './swish.ts'
import { topK } from './top-k.ts'

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  BatchNormalization: batchNormalization,
  Cast: cast,
  Clip: clip,
  DFT: dft,
  Dropout: dropout,
  GridSample: gridSample,
  GroupNormalization: groupNormalization,
  Hardmax: softmax,
  LogSoftmax: softmax,
  Pad: pad,
  ReduceL1: reduce,
  ReduceL2: reduce,
  ReduceLogSum: reduce,
  ReduceLogSumExp: reduce,
  ReduceMax: reduce,
  ReduceMean: reduce,
  ReduceMin: reduce,
  ReduceProd: reduce,
  ReduceSum: reduceSum,
  ReduceSumSquare: reduce,
  Resize: resize,
  RoiAlign: roiAlign,
  Scan: scan,
  Scatter: scatter,
  Slice: slice,
  Softmax: softmax,
  Split: split,
  Squeeze: squeeze,
  Swish: swish,
  TopK: topK,
  Unsqueeze: squeeze,
  Upsample: resize,
}

/** Operators that came after the internal opset and have no short form in it. */
const TOO_NEW = new Set(['Attention', 'RMSNormalization', 'RotaryEmbedding', 'TensorScatter', 'BitCast', 'CumProd'])

/** Bring every node of a graph (and of its sub-graphs) to the internal opset, in place. */
export function convertGraph(graph: Graph, opset: number): void {
  for (const node of graph.nodes) {
    for (const attribute of node.attributes.values()) {
      if (attribute.type === 'graph') convertGraph(attribute.value, opset)
    }
    if (node.domain !== '') continue
    if (TOO_NEW.has(node.opType)) {
      throw new ReadError(
        'READ_OPSET_OPERATOR',
        `operator ${node.opType} ('${node.name}') is newer than opset ${INTERNAL_OPSET}`,
        {
          where: node.name,
          fix: 'export with opset_version=17: the exporter then writes this operator as simpler ones',
        },
      )
    }
    CONVERSIONS[node.opType]?.(graph, node, opset)
  }
}
