import { type Conversion, setFloatInput } from './context.ts'

/** Clip (11): min and max became inputs. */
export const clip: Conversion = (graph, node, opset) => {
  if (opset >= 11) return
  for (const [port, name] of [
    [1, 'min'],
    [2, 'max'],
  ] as const) {
    const bound = node.attributes.get(name)
    if (bound?.type === 'float') setFloatInput(graph, node, port, bound.value)
    node.attributes.delete(name)
  }
}
