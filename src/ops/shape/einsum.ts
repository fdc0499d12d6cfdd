/** Einsum: `ij,jk->ik`, with `...` for broadcast axes; without `->` the labels that occur once, in alphabetical order. */
import type { Dim } from '../../ir/graph.ts'
import { broadcastShapes } from '../broadcast.ts'
import { same, type ShapeContext, type ShapeFunction } from './context.ts'

export const einsum: ShapeFunction = (context) => {
  const equation = context.node.string('equation', '').replaceAll(' ', '')
  const [left, right] = equation.split('->')
  const terms = left.split(',')
  if (terms.length !== context.inputCount) {
    context.fail(`the equation '${equation}' has ${terms.length} terms for ${context.inputCount} inputs`)
  }
  const sizes = new Map<string, Dim>()
  const ellipses = terms.map((term, port) => readTerm(context, term, context.dims(port), sizes))
  const batch = broadcastShapes(ellipses) ?? context.fail('the axes of ... do not broadcast')
  const output = right ?? implicitOutput(left)
  const shape = output.split(/(\.\.\.|[A-Za-z])/).flatMap((label): readonly Dim[] => {
    if (label === '') return []
    if (label === '...') return batch
    return [sizes.get(label) ?? context.fail(`the output label '${label}' is in no input`)]
  })
  return same(context, shape)
}

/** Note the size of every label; returns the axes that `...` stands for. */
function readTerm(context: ShapeContext, term: string, dims: readonly Dim[], sizes: Map<string, Dim>): readonly Dim[] {
  const [head, tail] = term.split('...')
  const labels = [...head.split(''), ...(tail ?? '').split('')]
  const dots = dims.length - labels.length
  if (dots < 0 || (tail === undefined && dots > 0)) {
    context.fail(`the term '${term}' does not fit a tensor of rank ${dims.length}`)
  }
  for (const [i, label] of labels.entries()) {
    const size = dims[i < head.length ? i : i + dots]
    const known = sizes.get(label)
    if (typeof known === 'number' && typeof size === 'number' && known !== size && known !== 1 && size !== 1) {
      context.fail(`label '${label}' stands for ${known} and for ${size}`)
    }
    if (known === undefined || known === 1) sizes.set(label, size)
  }
  return dims.slice(head.length, head.length + dots)
}

function implicitOutput(left: string): string {
  const labels = left.replace(/[.,]/g, '')
  const once = labels
    .split('')
    .filter((label) => labels.indexOf(label) === labels.lastIndexOf(label))
    .sort()
  return (left.includes('...') ? '...' : '') + once.join('')
}
