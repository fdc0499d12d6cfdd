/** What a prototxt holds, before anyone asks for types: a tree of fields with their places. */

/** A number, a word (enum, true, inf) or a string, as it stands in the text. */
export interface TextScalar {
  kind: 'number' | 'word' | 'string'
  /** Numbers with their sign; strings unescaped and joined. */
  text: string
  /** Offset into the text. */
  at: number
}

export interface TextField {
  name: string
  at: number
  value: TextScalar | TextMessage
}

/** Fields in the order of the file, unknown ones included; a repeated field stands once per value. */
export class TextMessage {
  readonly kind = 'message'
  readonly fields: readonly TextField[]
  /** Offset of its opening bracket; 0 for the file itself. */
  readonly at: number

  constructor(fields: readonly TextField[], at: number) {
    this.fields = fields
    this.at = at
  }

  /** All fields of a name. */
  all(name: string): TextField[] {
    return this.fields.filter((field) => field.name === name)
  }

  has(name: string): boolean {
    return this.fields.some((field) => field.name === name)
  }
}
