import type { Dim } from '../ir/graph.ts'

/** Shape of numpy-style broadcasting, or undefined when the shapes do not fit. A symbol wins over 1, a number over a symbol. */
export function broadcastShapes(shapes: readonly (readonly Dim[])[]): Dim[] | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length))
  const result: Dim[] = []
  for (let i = 0; i < rank; i++) {
    let dim: Dim = 1
    for (const shape of shapes) {
      const other = shape[shape.length - rank + i]
      if (other === undefined || other === 1 || other === dim) continue
      if (dim === 1 || typeof dim === 'string') dim = other
      else if (typeof other === 'number') return undefined
    }
    result.push(dim)
  }
  return result
}
