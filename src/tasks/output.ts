/** One output of a model as decoders read it: batch axis 1, any layout. */
export interface TaskOutput {
  readonly name: string
  readonly shape: readonly number[]
  /** C order. Class maps that the model gives as int64 arrive as numbers. */
  readonly data: ArrayLike<number>
}
