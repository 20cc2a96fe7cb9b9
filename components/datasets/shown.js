// The shown batch: as a highlighted group in a scatter of the dataset, or as pictures, and how many of each class.

function element(name, attributes) {
  const node = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
  return node
}

class Scatter {
  constructor(samples) {
    this.samples = samples
    const { across, up } = samples.scatter
    this.svg = element("svg", { class: "scatter", viewBox: "0 0 340 270", role: "img" })
    this.svg.append(element("rect", { class: "frame", x: 30, y: 8, width: 300, height: 226, rx: 8 }))
    const label = (text, attributes) => (this.svg.append(element("text", attributes)), (this.svg.lastChild.textContent = text))
    label(across.name, { x: 180, y: 256, "text-anchor": "middle" })
    label(across.low, { x: 36, y: 250 })
    label(across.high, { x: 330, y: 250, "text-anchor": "end" })
    label(`${up.name}: ${up.low} to ${up.high}`, { x: 0, y: 0, "text-anchor": "middle", transform: "translate(20 121) rotate(-90)" })
    this.dots()
    this.lit = this.svg.appendChild(element("g", { class: "lit" }))
    this.same = this.svg.appendChild(element("circle", { class: "same", r: 11 }))
  }

  at(index) {
    const { places } = this.samples
    return [44 + (places[2 * index] / 255) * 272, 220 - (places[2 * index + 1] / 255) * 198]
  }

  dots() {
    const { samples } = this
    const paths = samples.kinds.map(() => [])
    for (let index = 0; index < samples.length; index++) {
      const [x, y] = this.at(index)
      paths[samples.numbers[index]].push(`M${(x - 4).toFixed(1)} ${y.toFixed(1)}a4 4 0 1 0 8 0a4 4 0 1 0-8 0`)
    }
    paths.forEach((parts, number) => this.svg.append(colour(element("path", { class: "dots", d: parts.join("") }), samples.kinds[number])))
  }

  show(indices) {
    const { across, up } = this.samples.scatter
    const title = `All samples over ${across.name} and ${up.name}, with the ${indices.length} samples of the shown batch on top`
    this.svg.setAttribute("aria-label", title)
    this.lit.replaceChildren()
    for (const index of indices) {
      const [x, y] = this.at(index)
      const group = colour(element("g", {}), this.samples.kind(index))
      const letter = element("text", { x, y: y + 3.5 })
      letter.textContent = this.samples.hasKinds ? this.samples.letter(index) : ""
      group.append(element("circle", { cx: x, cy: y, r: 8 }), letter)
      this.lit.append(group)
    }
  }

  mark(index) {
    const [x, y] = index === null ? [-20, -20] : this.at(index)
    this.same.setAttribute("cx", x)
    this.same.setAttribute("cy", y)
  }
}

// Pictures come from the server when a move has come to rest; until then the last ones stand there, pale.
class Gallery {
  constructor(samples) {
    this.samples = samples
    this.svg = make("div", "gallery")
    this.svg.tabIndex = 0
    this.svg.setAttribute("role", "group")
    this.svg.setAttribute("aria-label", "The pictures of the shown batch, each with its sample's number and its label")
  }

  receive(pictures) {
    if (!pictures || pictures.inks === this.inks) return
    this.inks = pictures.inks
    this.indices = pictures.indices
    const inks = bytes(pictures.inks)
    const [rows, columns] = pictures.shape
    this.svg.replaceChildren(
      ...pictures.indices.map((index, place) => this.figure(index, inks.subarray(place * rows * columns), rows, columns)),
    )
  }

  figure(index, inks, rows, columns) {
    const figure = make("figure")
    const svg = element("svg", { viewBox: `0 0 ${columns} ${rows}`, role: "img", "aria-label": this.samples.name(index) })
    const shades = new Map()
    for (let place = 0; place < rows * columns; place++) {
      const square = `M${place % columns} ${Math.floor(place / columns)}h1v1h-1z`
      if (inks[place]) shades.set(inks[place], (shades.get(inks[place]) ?? "") + square)
    }
    shades.forEach((d, ink) => svg.append(element("path", { d, "fill-opacity": (ink / 255).toFixed(2) })))
    figure.dataset.index = index
    figure.append(svg, make("figcaption", "", this.samples.letter(index)))
    return figure
  }

  show(indices) {
    this.svg.classList.toggle("stale", indices.join() !== this.indices?.join())
  }

  mark(index) {
    for (const figure of this.svg.children) figure.classList.toggle("same", Number(figure.dataset.index) === index)
  }
}

// A row for every kind: its tile, its name, a bar and how many.
function balanceRows(samples, indices) {
  const counts = samples.kinds.map(() => 0)
  for (const index of indices) counts[samples.numbers[index]]++
  return samples.kinds.map((kind, number) => {
    const row = colour(make("li"), kind)
    const bar = make("span", "bar")
    const fill = bar.appendChild(make("div", "fill"))
    fill.style.width = `${(100 * counts[number]) / Math.max(indices.length, 1)}%`
    row.append(make("span", "tile", kind.letter), make("span", "name", kind.name), bar, make("span", "count", counts[number]))
    return row
  })
}
