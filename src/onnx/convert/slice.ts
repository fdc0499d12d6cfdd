import { attributeToInput, type Conversion } from './context.ts'

/** Slice (10): starts, ends and axes became inputs. */
export const slice: Conversion = (graph, node, opset) => {
  if (opset >= 10) return
  attributeToInput(graph, node, 'starts', 1)
  attributeToInput(graph, node, 'ends', 2)
  attributeToInput(graph, node, 'axes', 3)
}
