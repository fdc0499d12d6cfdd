import { type Conversion, refuse } from './context.ts'

/** Scan (9): lost the batch dimension and the lengths of sequences. */
export const scan: Conversion = (_, node, opset) => {
  if (opset < 9) refuse(node, 'Scan took another form with opset 9')
}
