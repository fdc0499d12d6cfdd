import { attributeToInput, type Conversion } from './context.ts'

/** ReduceSum (13): `axes` became an input. */
export const reduceSum: Conversion = (graph, node, opset) => {
  if (opset < 13) attributeToInput(graph, node, 'axes', 1)
}

/** The other reductions (18): `axes` became an input. */
export const reduce: Conversion = (graph, node, opset) => {
  if (opset < 18) attributeToInput(graph, node, 'axes', 1)
}
