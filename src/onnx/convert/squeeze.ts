import { attributeToInput, type Conversion } from './context.ts'

/** Squeeze, Unsqueeze (13): `axes` became an input. */
export const squeeze: Conversion = (graph, node, opset) => {
  if (opset < 13) attributeToInput(graph, node, 'axes', 1)
}
