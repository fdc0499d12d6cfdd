/** A transformer by name, as a model card writes it: `- ShortSideResizeTransformer: { short_size: 256 }`. */

export interface TransformSpec {
  /** Class name of the manual, e.g. `ShortSideResizeTransformer`. */
  readonly name: string
  /** Parameters under the manual's names; missing ones take the manual's defaults. */
  readonly params: Readonly<Record<string, unknown>>
}
