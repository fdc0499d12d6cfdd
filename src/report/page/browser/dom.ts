/** Elements in one expression. Text is always set as text, so that no node name can be taken for HTML. */

export type Child = Node | string | undefined

type Handlers = { [Event in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Event]) => void }

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>>,
  children: readonly Child[] = [],
  on: Handlers = {},
): HTMLElementTagNameMap[Tag] {
  const created = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value)
  created.append(...children.filter((child) => child !== undefined))
  for (const [event, handler] of Object.entries(on)) created.addEventListener(event, handler as EventListener)
  return created
}

/** A part of the page with its heading and one sentence on how to read it. */
export function section(id: string, title: string, hint: string, children: readonly Child[]): HTMLElement {
  return element('section', { id }, [element('h2', {}, [title]), element('p', { class: 'hint' }, [hint]), ...children])
}

/** A small coloured word. */
export function badge(text: string, kind: string): HTMLElement {
  return element('span', { class: `badge ${kind}` }, [text])
}

/** A name of a node or tensor. */
export function code(text: string): HTMLElement {
  return element('code', {}, [text])
}
