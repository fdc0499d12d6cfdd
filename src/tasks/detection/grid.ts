/** Outputs that lie over the cells of a grid, in either layout. */
import type { Size } from '../../image/resize-cv-taps.ts'
import { outputShapeError } from '../output-shape.ts'
import type { TaskOutput } from '../output.ts'

export interface Grid {
  readonly data: ArrayLike<number>
  readonly channels: number
  readonly rows: number
  readonly columns: number
  /** Distance between the values of two channels at one cell. */
  readonly channelStep: number
  /** Distance between the values of one channel at two neighbours; rows follow one another. */
  readonly cellStep: number
}

/** The grid of `rows` x `columns` that an output is, as 1 x C x rows x columns or 1 x rows x columns x C; undefined if neither. */
export function gridOf({ shape, data }: TaskOutput, rows: number, columns: number): Grid | undefined {
  if (shape.length !== 4 || shape[0] !== 1) return undefined
  const [, a, b, c] = shape
  if (b === rows && c === columns) {
    return { data, channels: a, rows, columns, channelStep: rows * columns, cellStep: 1 }
  }
  if (a === rows && b === columns) return { data, channels: c, rows, columns, channelStep: 1, cellStep: c }
  return undefined
}

/** Rows and columns of the grid that a network's convolutions make of its input: every halving rounds up. */
export function cellsOf({ height, width }: Size, stride: number): { rows: number; columns: number } {
  return { rows: Math.ceil(height / stride), columns: Math.ceil(width / stride) }
}

/** What an output of a level may be: told by its number of channels. */
export interface Role {
  /** For the answer where it is not found: `boxes of 4 channels`. */
  readonly what: string
  readonly fits: (channels: number) => boolean
}

/**
 * For each stride one output per role, in the order of `roles`. Levels are told by their size, roles by their channels, and
 * what both leave open by the order of the outputs. Throws DataError where outputs lack or are left over.
 */
export function gridsByLevel(
  decoder: string,
  outputs: readonly TaskOutput[],
  input: Size,
  strides: readonly number[],
  roles: readonly Role[],
): Grid[][] {
  const levels = strides.map((stride) => {
    const { rows, columns } = cellsOf(input, stride)
    const grids = outputs.flatMap((output) => gridOf(output, rows, columns) ?? [])
    return arrange(grids, roles)
  })
  if (outputs.length === strides.length * roles.length && levels.every((level) => level !== undefined)) return levels
  const sizes = strides.map((stride) => {
    const { rows, columns } = cellsOf(input, stride)
    return `${rows} x ${columns}`
  })
  const wanted = `${roles.map(({ what }) => what).join(', ')} over grids of ${sizes.join(', ')}`
  throw outputShapeError(decoder, wanted, outputs)
}

/** The first order of `grids` in which each fits its role. */
function arrange(grids: readonly Grid[], roles: readonly Role[]): Grid[] | undefined {
  if (roles.length === 0) return grids.length === 0 ? [] : undefined
  for (const [index, grid] of grids.entries()) {
    if (!roles[0].fits(grid.channels)) continue
    const others = arrange(grids.toSpliced(index, 1), roles.slice(1))
    if (others) return [grid, ...others]
  }
  return undefined
}
