import { attributeToInput, type Conversion, setFloatInput } from './context.ts'

/** Pad (11): pads and value became inputs. */
export const pad: Conversion = (graph, node, opset) => {
  if (opset >= 11) return
  attributeToInput(graph, node, 'pads', 1)
  const value = node.float('value', 0)
  node.attributes.delete('value')
  if (value !== 0) setFloatInput(graph, node, 2, value)
}
