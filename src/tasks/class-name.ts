/** What a class is called, and how it is shown. */
export interface ClassName {
  readonly name: string
  /** In Chinese, where we know it. */
  readonly zh?: string
  /** Red, green, blue 0..255 where the data set has a colour of its own for it. */
  readonly color?: readonly [number, number, number]
}
