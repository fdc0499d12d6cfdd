/** Writes caffemodels of every generation, for tests of the reader and models with made-up weights. */

export interface WrittenBlob {
  shape: readonly number[]
  values: Float32Array | readonly number[]
}

export interface WrittenLayer {
  name: string
  type?: string
  blobs: readonly WrittenBlob[]
}

export interface Form {
  /** Message of a layer: today's, or `layers` of old files, or the still older form inside it. */
  generation?: 'today' | 'V1' | 'V0'
  /** How the values stand: packed float, float one by one, packed double, NVCaffe's half floats. */
  data?: 'packed' | 'single' | 'double' | 'half'
  /** `shape.dim`, or the old `num channels height width`. */
  shape?: 'dims' | 'legacy'
  /** Name of the net. */
  net?: string
}

/** Bytes of a caffemodel with these layers. */
export function caffemodelBytes(layers: readonly WrittenLayer[], form: Form = {}): Uint8Array {
  const { generation = 'today' } = form
  return message(
    lengthDelimited(1, utf8(form.net ?? 'net')),
    ...layers.map((layer) => {
      const blobs = layer.blobs.map((blob) => blobMessage(blob, form))
      if (generation === 'today') {
        const type = layer.type === undefined ? [] : [lengthDelimited(2, utf8(layer.type))]
        return lengthDelimited(
          100,
          message(lengthDelimited(1, utf8(layer.name)), ...type, ...blobs.map((blob) => lengthDelimited(7, blob))),
        )
      }
      if (generation === 'V1') {
        return lengthDelimited(
          2,
          message(
            lengthDelimited(4, utf8(layer.name)),
            varintField(5, 4),
            ...blobs.map((blob) => lengthDelimited(6, blob)),
          ),
        )
      }
      const inner = message(lengthDelimited(1, utf8(layer.name)), ...blobs.map((blob) => lengthDelimited(50, blob)))
      return lengthDelimited(2, message(lengthDelimited(1, inner)))
    }),
  )
}

function blobMessage({ shape, values }: WrittenBlob, { data = 'packed', shape: form = 'dims' }: Form): Uint8Array {
  const floats = values instanceof Float32Array ? values : Float32Array.from(values)
  const dims =
    form === 'dims'
      ? lengthDelimited(7, lengthDelimited(1, message(...shape.map(varint))))
      : message(...[1, 1, 1, 1, ...shape].slice(-4).map((dim, i) => varintField(i + 1, dim)))
  return message(dims, dataFields(floats, data))
}

function dataFields(floats: Float32Array, data: NonNullable<Form['data']>): Uint8Array {
  if (data === 'packed') return lengthDelimited(5, bytesOf(floats))
  if (data === 'double') return lengthDelimited(8, bytesOf(Float64Array.from(floats)))
  if (data === 'half') {
    return message(varintField(10, 2), lengthDelimited(12, bytesOf(Uint16Array.from(floats, halfOf))))
  }
  const one = new Uint8Array(floats.length * 5)
  const view = new DataView(one.buffer)
  for (const [i, value] of floats.entries()) {
    one[5 * i] = (5 << 3) | 5
    view.setFloat32(5 * i + 1, value, true)
  }
  return one
}

/** Bits of a normal half float, cut off, not rounded: tests use values that fit. */
function halfOf(value: number): number {
  if (value === 0) return 0
  const exponent = Math.floor(Math.log2(Math.abs(value)))
  const fraction = Math.trunc((Math.abs(value) / 2 ** exponent - 1) * 1024)
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.of(...bytes, rest)
    bytes.push((rest % 128) | 128)
  }
}

function varintField(number: number, value: number): Uint8Array {
  return message(varint(number * 8), varint(value))
}

function lengthDelimited(number: number, content: Uint8Array): Uint8Array {
  return message(varint(number * 8 + 2), varint(content.length), content)
}

function message(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
