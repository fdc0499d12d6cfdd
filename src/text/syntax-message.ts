/** What is wrong with YAML that cannot be parsed, said to someone who does not know YAML's grammar. */
import type { YAMLParseError } from 'yaml'

const MESSAGES: Readonly<Partial<Record<YAMLParseError['code'], string>>> = {
  TAB_AS_INDENT: 'this line begins with a tab: YAML is indented with spaces only',
  DUPLICATE_KEY: 'this key stands twice in its group: keep one',
  BAD_INDENT: 'the keys of one group must begin in the same column',
  MULTIPLE_DOCS: 'a second document begins here (---): the file may hold one only',
}

/** One sentence; the parser's own where it is clear enough. */
export function syntaxMessage({ code, message }: YAMLParseError): string {
  if (/need to be followed by map values|Implicit keys need/.test(message))
    return 'expected key: value with a colon and a space'
  return MESSAGES[code] ?? message
}
