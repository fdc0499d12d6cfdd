/** A file that is kept outside the clone, and all that is known of it. */

export interface FileToFetch {
  /** Path below the destination folder, with `/`; a mirror keeps the file under the same path. */
  path: string
  /** Addresses that give exactly this file without a login (`http:`, `https:`, `file:`), tried in order. */
  urls: readonly string[]
  /** Hexadecimal; at least one of the two hashes must be known. */
  md5?: string | undefined
  sha256?: string | undefined
  /** Bytes, where known. */
  size?: number | undefined
  /** The addresses give a gzip archive of the file; hashes and size are the file's own. */
  isGzipped?: boolean
  /** In words: where the file comes from, and what a login wants. Shown when it has to be fetched by hand. */
  source: string
}

/** One line that lets a person recognise the file: `net.onnx (1,234 bytes, md5 ...)`. */
export function describeFile(file: FileToFetch): string {
  const facts = [
    file.size !== undefined && `${file.size.toLocaleString('en')} bytes`,
    file.md5 !== undefined && `md5 ${file.md5}`,
    file.md5 === undefined && file.sha256 !== undefined && `sha256 ${file.sha256}`,
  ].filter((fact) => fact !== false)
  return `${file.path} (${facts.join(', ')})`
}
