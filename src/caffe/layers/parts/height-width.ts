/** Sizes of windows: one value for both axes, a list of height and width, or one field per axis. */
import type { LayerContext } from '../context.ts'

export type HeightWidth = readonly [height: number, width: number]

interface Written<P> {
  /** Name of the field for both axes, like `kernel_size`. */
  field: keyof P & string
  /** Its values: none, one, or height and width. */
  both: readonly number[]
  /** What the fields per axis begin with, like `kernel`. */
  stem: string
  height?: number | undefined
  width?: number | undefined
  /** Stands for one of the two fields where only the other is written; without it that is an error. */
  missing?: number
  /** The least size there may be. */
  least?: number
}

/** Undefined where nothing is written. */
export function heightWidth<P>(
  layer: LayerContext<P>,
  { field, both, stem, height, width, missing, least = 1 }: Written<P>,
): HeightWidth | undefined {
  if (both.length > 2) {
    throw layer.error(
      `${both.length} values of ${field}; pictures have two axes`,
      `give ${field} once or twice: height, width`,
      field,
    )
  }
  let sizes: HeightWidth
  if (height === undefined && width === undefined) {
    if (both.length === 0) return undefined
    sizes = [both[0], both[both.length - 1]]
  } else {
    if (both.length > 0)
      throw layer.error(`both ${field} and ${stem}_h or ${stem}_w are set`, 'keep one way of writing it', field)
    const [h, w] = [height ?? missing, width ?? missing]
    if (h === undefined || w === undefined) {
      throw layer.error(`${stem}_${h === undefined ? 'h' : 'w'} is missing`, `give both ${stem}_h and ${stem}_w`)
    }
    sizes = [h, w]
  }
  if (sizes.some((size) => size < least)) {
    throw layer.error(
      `${field} must be at least ${least}`,
      `give both axes a size of ${least} or more`,
      layer.has(field) ? field : undefined,
    )
  }
  return sizes
}
