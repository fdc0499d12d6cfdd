/**
 * Plain data of a Python pickle, protocols 2 to 4: dicts, lists, tuples, numbers, strings, and what the caller's globals make.
 * A pickle is a program: opcodes and globals that are not on the list here are refused, never run
 * (opcodes: Lib/pickletools.py of CPython).
 */

export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | PickleValue[]
  | Map<string, PickleValue>
  | PickleGlobal
  | PickleObject

/** A class or function that a pickle may name. */
export interface PickleGlobal {
  /** Undefined for one that is passed on, never called. */
  call?(args: readonly PickleValue[]): PickleValue
}

/** What a global made, with a state still to come. */
export abstract class PickleObject {
  abstract build(state: PickleValue): void
}

/** The bytes are cut short, damaged, or ask for something else than plain data. */
export class PickleRefusal extends Error {}

/** Parse the one value of a pickle; `globals` go by `module.name`. Throws PickleRefusal. */
export function readPickle(bytes: Uint8Array, globals: ReadonlyMap<string, PickleGlobal>): PickleValue {
  if (bytes[0] !== 0x80 || bytes[1] < 2) throw new PickleRefusal('no pickle of protocol 2 to 4')
  if (bytes[1] > 4) throw new PickleRefusal(`pickle protocol ${bytes[1]}, known are 2 to 4`)
  return new Machine(bytes, globals).run()
}

/** Stack, marks and memo of the machine that pickles are written for. */
class Machine {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #globals: ReadonlyMap<string, PickleGlobal>
  #at = 2
  #stack: PickleValue[] = []
  /** The stacks below each open mark. */
  readonly #below: PickleValue[][] = []
  readonly #memo = new Map<number, PickleValue>()

  constructor(bytes: Uint8Array, globals: ReadonlyMap<string, PickleGlobal>) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#globals = globals
  }

  run(): PickleValue {
    for (;;) {
      const code = this.#unsigned(1)
      if (code === STOP) return this.#pop()
      this.#step(code)
    }
  }

  #step(code: number): void {
    const stack = this.#stack
    switch (code) {
      case 0x28: // MARK
        this.#below.push(stack)
        this.#stack = []
        return
      case 0x95: // FRAME
        this.#take(8)
        return
      case 0x4e: // NONE
        return void stack.push(null)
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        return void stack.push(code === 0x88)
      case 0x4b: // BININT1
        return void stack.push(this.#unsigned(1))
      case 0x4d: // BININT2
        return void stack.push(this.#unsigned(2))
      case 0x4a: // BININT
        return void stack.push(this.#unsigned(4) | 0)
      case 0x55: // SHORT_BINSTRING
      case 0x43: // SHORT_BINBYTES
        return void stack.push(this.#take(this.#unsigned(1)))
      case 0x54: // BINSTRING
      case 0x42: // BINBYTES
        return void stack.push(this.#take(this.#unsigned(4)))
      case 0x8c: // SHORT_BINUNICODE
        return void stack.push(utf8(this.#take(this.#unsigned(1))))
      case 0x58: // BINUNICODE
        return void stack.push(utf8(this.#take(this.#unsigned(4))))
      case 0x7d: // EMPTY_DICT
        return void stack.push(new Map())
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        return void stack.push([])
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return void stack.push(this.#popMany(code - 0x84))
      case 0x74: // TUPLE
        return this.#sinceMark((items) => void this.#stack.push(items))
      case 0x61: // APPEND
        return this.#extend(this.#popMany(1))
      case 0x65: // APPENDS
        return this.#sinceMark((items) => this.#extend(items))
      case 0x73: // SETITEM
        return this.#setItems(this.#popMany(2))
      case 0x75: // SETITEMS
        return this.#sinceMark((items) => this.#setItems(items))
      case 0x71: // BINPUT
        return void this.#memo.set(this.#unsigned(1), this.#top())
      case 0x72: // LONG_BINPUT
        return void this.#memo.set(this.#unsigned(4), this.#top())
      case 0x94: // MEMOIZE
        return void this.#memo.set(this.#memo.size, this.#top())
      case 0x68: // BINGET
        return this.#recall(this.#unsigned(1))
      case 0x6a: // LONG_BINGET
        return this.#recall(this.#unsigned(4))
      case 0x63: // GLOBAL
        return this.#pushGlobal(this.#line(), this.#line())
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#popMany(2)
        return this.#pushGlobal(pickledText(module), pickledText(name))
      }
      case 0x52: // REDUCE
        return this.#reduce()
      case 0x62: // BUILD
        return this.#build()
      default:
        throw new PickleRefusal(`opcode 0x${code.toString(16).padStart(2, '0')} at byte ${this.#at - 1}`)
    }
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new PickleRefusal(`the file ends early, at byte ${this.#bytes.length}`)
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  #unsigned(size: 1 | 2 | 4): number {
    const at = this.#at
    this.#take(size)
    if (size === 1) return this.#view.getUint8(at)
    return size === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true)
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at)
    const line = this.#take((end < 0 ? this.#bytes.length : end) - this.#at)
    this.#take(1)
    return utf8(line)
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1)
    if (value === undefined) throw damaged()
    return value
  }

  #pop(): PickleValue {
    return this.#popMany(1)[0]
  }

  #popMany(count: number): PickleValue[] {
    if (this.#stack.length < count) throw damaged()
    return this.#stack.splice(-count)
  }

  #sinceMark(use: (items: PickleValue[]) => void): void {
    const items = this.#stack
    const below = this.#below.pop()
    if (below === undefined) throw damaged()
    this.#stack = below
    use(items)
  }

  #extend(items: readonly PickleValue[]): void {
    const list = this.#top()
    if (!Array.isArray(list)) throw damaged()
    for (const item of items) list.push(item)
  }

  #setItems(items: readonly PickleValue[]): void {
    const dict = this.#top()
    if (!(dict instanceof Map) || items.length % 2 !== 0) throw damaged()
    for (let i = 0; i < items.length; i += 2) dict.set(pickledText(items[i]), items[i + 1])
  }

  #recall(key: number): void {
    const value = this.#memo.get(key)
    if (value === undefined) throw damaged()
    this.#stack.push(value)
  }

  #pushGlobal(module: string, name: string): void {
    const found = this.#globals.get(`${module}.${name}`)
    if (found === undefined) throw new PickleRefusal(`it asks for ${module}.${name}, which is not plain data`)
    this.#stack.push(found)
  }

  #reduce(): void {
    const [callee, args] = this.#popMany(2)
    if (!isCallable(callee) || !Array.isArray(args)) throw damaged()
    this.#stack.push(callee.call(args))
  }

  #build(): void {
    const [state] = this.#popMany(1)
    const target = this.#top()
    if (!(target instanceof PickleObject)) throw damaged()
    target.build(state)
  }
}

const STOP = 0x2e

function isCallable(value: PickleValue): value is Required<PickleGlobal> {
  return typeof value === 'object' && value !== null && 'call' in value
}

/** Text of a Python 3 string, or of a Python 2 string or Python 3 bytes. Throws PickleRefusal for anything else. */
export function pickledText(value: PickleValue): string {
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return utf8(value)
  throw damaged()
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new PickleRefusal('a text is not UTF-8')
  }
}

/** Values that do not fit together. */
export function damaged(): PickleRefusal {
  return new PickleRefusal('the pickle is damaged')
}
