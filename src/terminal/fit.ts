/** Texts in the width of a column. Ends of paths and node names say more than their beginnings. */
import stringWidth from 'string-width'

/** At most `width` columns: what is too much on the left becomes `...`. */
export function shortenLeft(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = text
  while (stringWidth(kept) > width - 3) kept = kept.slice(1)
  return `...${kept}`
}

/** Lines of at most `width` columns, broken at spaces; a longer word is shortened. One empty line for an empty text. */
export function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ').map((each) => shortenLeft(each, width))) {
    const last = lines[lines.length - 1]
    if (last === '') lines[lines.length - 1] = word
    else if (stringWidth(last) + 1 + stringWidth(word) <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
