/** A field that some forks write as an enum and others as text in quotes. */
import { type Field, text } from '../../prototxt/fields.ts'

/** One of `names`, in any case, with or without quotes; undefined where absent. */
export function word<const N extends string>(names: readonly N[]): Field<N | undefined> {
  return {
    read(occurrences, reading) {
      const quoted = occurrences.map((field) =>
        field.value.kind === 'word' ? { ...field, value: { ...field.value, kind: 'string' as const } } : field,
      )
      const written = text().read(quoted, reading)
      if (written === undefined) return undefined
      const found = names.find((name) => name === written.toLowerCase())
      if (found !== undefined) return found
      throw reading.source.error(
        'READ_PROTOTXT_VALUE',
        `'${written}' is not one of ${names.join(', ')}`,
        occurrences[0].at,
        {
          fix: `write ${occurrences[0].name}: "${names[0]}" or another of them`,
        },
      )
    },
  }
}
