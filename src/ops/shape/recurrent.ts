/** LSTM, GRU, RNN. */
import { type ShapeFunction } from './context.ts'

export const recurrent: ShapeFunction = (context) => {
  const { node } = context
  const batchFirst = node.int('layout', 0) === 1
  const [first, second] = context.dims(0)
  const [sequence, batch] = batchFirst ? [second, first] : [first, second]
  const directions = node.string('direction', 'forward') === 'bidirectional' ? 2 : 1
  const hidden = node.int('hidden_size', 0)
  const dtype = context.dtype()
  const state = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
  const all = batchFirst ? [batch, sequence, directions, hidden] : [sequence, directions, batch, hidden]
  return [
    { dtype, shape: all },
    { dtype, shape: state },
    { dtype, shape: state },
  ]
}
