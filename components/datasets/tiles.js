// Tiles and batches: what every sample looks like, and which part of a large dataset is drawn.

const WINDOW = matchMedia("(max-width: 640px)").matches ? 80 : 200 // tiles of a large dataset that are shown at a time
const SVG = "http://www.w3.org/2000/svg"

function make(name, kind, text) {
  const node = document.createElement(name)
  if (kind) node.className = kind
  if (text !== undefined) node.textContent = text
  return node
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}

function wholeNumbers(base64) {
  return new Uint16Array(bytes(base64).buffer)
}

function colour(node, kind) {
  node.style.setProperty("--colour", `var(--class-${kind.colour < 0 ? "plain" : kind.colour})`)
  return node
}

// All samples of the dataset.
class SampleSet {
  constructor(data) {
    Object.assign(this, data)
    this.numbers = wholeNumbers(data.numbers)
    this.places = data.scatter && bytes(data.scatter.places)
    this.hasKinds = data.kinds[0].colour >= 0
  }

  kind(index) {
    return this.kinds[this.numbers[index]]
  }

  letter(index) {
    return this.hasKinds ? this.kind(index).letter : this.length <= 100 ? String(index) : "·"
  }

  name(index) {
    const { letter, name } = this.kind(index)
    const told = letter === name ? `class ${name}` : `${letter}, ${name}`
    return this.hasKinds ? `sample ${index} (${told})` : `sample ${index}`
  }

  tile(index) {
    const tile = colour(make("span", "tile", this.letter(index)), this.kind(index))
    tile.dataset.index = index
    return tile
  }
}

// One epoch's deal: its batches, and what was dropped, never drawn or drawn more than once.
class Epoch {
  constructor(data, size, length) {
    Object.assign(this, data)
    this.drawn = wholeNumbers(data.order)
    this.size = size
    this.count = Math.ceil(data.kept / size)
    this.times = new Uint16Array(length)
    for (const index of this.drawn) this.times[index]++
    this.left = this.drawn.subarray(data.kept)
  }

  batch(number) {
    return this.drawn.subarray(number * this.size, Math.min((number + 1) * this.size, this.kept))
  }

  // Where a sample is, in words.
  where(index) {
    const found = []
    this.drawn.forEach((other, place) => {
      if (other !== index) return
      found.push(place < this.kept ? `batch ${Math.floor(place / this.size) + 1}, place ${(place % this.size) + 1}` : "dropped")
    })
    return found.join(" and ") || "never drawn"
  }
}
