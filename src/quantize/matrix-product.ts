/** Products of large matrices by the inference engine, which is an order of magnitude faster at them than a loop. */
import type { Engine } from '../engine.ts'
import { Graph } from '../ir/graph.ts'
import { modelOf } from '../ir/model.ts'
import { int } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'

/** A float32 matrix in C order. */
export interface Matrix {
  rows: number
  columns: number
  values: Float32Array
}

/** Products of fewer multiplications are made here: the engine is not worth its call. */
const SMALL = 2 ** 20

/** A B, or A^T B. */
export async function matrixProduct(engine: Engine, a: Matrix, b: Matrix, transposed: boolean): Promise<Matrix> {
  const rows = transposed ? a.columns : a.rows
  const { columns } = b
  if (rows * columns * b.rows < SMALL) return { rows, columns, values: smallProduct(a, b, transposed) }
  const input = (name: string, matrix: Matrix) => ({
    name,
    dtype: 'float32' as const,
    shape: [matrix.rows, matrix.columns],
  })
  const graph = new Graph(
    'product',
    [input('a', a), input('b', b)],
    [{ name: 'y', dtype: 'float32', shape: [rows, columns] }],
  )
  graph.addNode({
    name: 'product',
    opType: 'Gemm',
    inputs: ['a', 'b'],
    outputs: ['y'],
    attributes: { transA: int(transposed ? 1 : 0) },
  })
  const session = await engine.open(modelOf(graph), 'basic')
  try {
    const tensor = (matrix: Matrix): Tensor => Tensor.float32([matrix.rows, matrix.columns], matrix.values)
    const results = await session.run(
      new Map([
        ['a', tensor(a)],
        ['b', tensor(b)],
      ]),
    )
    return { rows, columns, values: results.get('y')!.floats() }
  } finally {
    await session.release()
  }
}

function smallProduct(a: Matrix, b: Matrix, transposed: boolean): Float32Array {
  const rows = transposed ? a.columns : a.rows
  const { columns } = b
  const sums = new Float64Array(rows * columns)
  for (let k = 0; k < b.rows; k++) {
    for (let i = 0; i < rows; i++) {
      const factor = transposed ? a.values[k * rows + i] : a.values[i * b.rows + k]
      if (factor === 0) continue
      for (let j = 0; j < columns; j++) sums[i * columns + j] += factor * b.values[k * columns + j]
    }
  }
  return new Float32Array(sums)
}
