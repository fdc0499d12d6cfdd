/** A table that sorts by any column and filters by words. */
import { type Child, element } from './dom.ts'

export interface Column<Row> {
  title: string
  /** What is sorted by; undefined and null come last. */
  value(row: Row): number | string | null | undefined
  /** What is shown; the value where left out. */
  cell?(row: Row): Child
  /** Right-aligned figures; a first click sorts the largest to the top. */
  isNumber?: boolean
}

export interface TableOptions<Row> {
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  /** Choices that narrow the rows; the first is taken at the start. */
  views?: readonly { title: string; shows(row: Row): boolean }[]
  /** Column and direction at the start; the given order where left out. */
  sorted?: { column: number; isDescending: boolean }
  /** Rows shown before the reader asks for all. */
  limit?: number
  /** Key by which `jumpTo` finds a row. */
  key?(row: Row): string
}

/** So many rows need no filter. */
const FEW = 8

export interface Table {
  root: HTMLElement
  /** Show the row with this key, whatever the filter, and bring it into view. */
  jumpTo(key: string): void
}

export function table<Row>(options: TableOptions<Row>): Table {
  const { columns, rows, views = [], key } = options
  let { sorted, limit = Infinity } = options
  let view = views[0]
  let words: string[] = []
  let marked: string | undefined

  const headings = columns.map((column, index) =>
    element('th', column.isNumber ? { class: 'number' } : {}, [
      element('button', { type: 'button' }, [column.title], { click: () => sortBy(index) }),
    ]),
  )
  const body = element('tbody', {})
  const count = element('span', { class: 'count' })
  const more = element('button', { type: 'button', class: 'more' }, [], {
    click() {
      limit = Infinity
      render()
    },
  })
  const search = element('input', { type: 'search', placeholder: 'Filter', 'aria-label': 'Filter rows' }, [], {
    input() {
      words = search.value.toLowerCase().split(/\s+/).filter(Boolean)
      render()
    },
  })
  const chips = views.map((choice) =>
    element('button', { type: 'button', class: 'chip' }, [choice.title], { click: () => choose(choice) }),
  )

  function choose(choice: (typeof views)[number]): void {
    view = choice
    render()
  }

  function sortBy(column: number): void {
    const isDescending = sorted?.column === column ? !sorted.isDescending : (columns[column].isNumber ?? false)
    sorted = { column, isDescending }
    render()
  }

  function shown(): Row[] {
    const kept = rows.filter((row) => {
      if (view && !view.shows(row)) return false
      const text = columns
        .map((column) => String(column.value(row) ?? ''))
        .join(' ')
        .toLowerCase()
      return words.every((word) => text.includes(word))
    })
    if (sorted === undefined) return kept
    const { column, isDescending } = sorted
    const { value } = columns[column]
    return kept.sort((a, b) => compare(value(a), value(b), isDescending))
  }

  function render(): void {
    const found = shown()
    for (const [index, heading] of headings.entries()) {
      const order = sorted?.column !== index ? 'none' : sorted.isDescending ? 'descending' : 'ascending'
      heading.setAttribute('aria-sort', order)
    }
    for (const [index, chip] of chips.entries()) chip.setAttribute('aria-pressed', String(views[index] === view))
    body.replaceChildren(...found.slice(0, limit).map(line))
    count.textContent = found.length === rows.length ? `${rows.length} rows` : `${found.length} of ${rows.length} rows`
    more.textContent = `Show all ${found.length}`
    more.hidden = found.length <= limit
  }

  function line(row: Row): HTMLElement {
    const cells = columns.map(({ cell, value, isNumber }) => {
      const content = cell ? cell(row) : String(value(row) ?? '–')
      return element('td', isNumber ? { class: 'number' } : {}, [content])
    })
    const name = key?.(row)
    return element('tr', name !== undefined && name === marked ? { class: 'marked' } : {}, cells)
  }

  render()
  const root = element('div', { class: 'table' }, [
    ...(rows.length > FEW ? [element('div', { class: 'tools' }, [search, ...chips, count])] : []),
    element('div', { class: 'scroll' }, [
      element('table', {}, [element('thead', {}, [element('tr', {}, headings)]), body]),
    ]),
    more,
  ])
  return {
    root,
    jumpTo(name) {
      search.value = ''
      words = []
      view = views[0]
      limit = Infinity
      marked = name
      render()
      body.querySelector('.marked')?.scrollIntoView({ block: 'center', behavior: 'smooth' })
    },
  }
}

function compare(a: unknown, b: unknown, isDescending: boolean): number {
  const [noA, noB] = [a ?? undefined, b ?? undefined].map((value) => value === undefined)
  if (noA || noB) return Number(noA) - Number(noB)
  const order =
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : String(a).localeCompare(String(b), undefined, { numeric: true })
  return isDescending ? -order : order
}
