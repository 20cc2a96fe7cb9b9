// What the network says of the samples: areas of classes, a fitted line, or a table of mistakes.

const SHAPES = [
  (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`, // circle
  (x, y, r) => `M${x - r * 0.9} ${y - r * 0.9}h${r * 1.8}v${r * 1.8}h${-r * 1.8}z`, // square
  (x, y, r) => `M${x} ${y - r * 1.25}l${r * 1.2} ${r * 2.1}h${-r * 2.4}z`, // triangle
  (x, y, r) => `M${x} ${y - r * 1.3}l${r * 1.3} ${r * 1.3}l${-r * 1.3} ${r * 1.3}l${-r * 1.3} ${-r * 1.3}z`, // diamond
]
const MIDDLE = [[139, 92, 230], [16, 158, 138], [214, 158, 16], [219, 76, 150]] // of the classes; they suit either ground
const SIDE = 400 // of the field, in its own units
const DOT = 4.2

function child(parent, tag, className, text) {
  return parent.appendChild(Object.assign(document.createElement(tag), { className, textContent: text }))
}

// Samples over their two features, each class with its own shape; hollow where held out. They stand still for a run.
function drawSamples(svg, data, xs, ys, classOf) {
  const kinds = Math.max(data.classes.length, 1)
  const paths = Array.from({ length: kinds * 2 }, () => "")
  const place = (value, flip) => (flip ? SIDE * (0.5 - value / (2 * data.reach)) : SIDE * (0.5 + value / (2 * data.reach)))
  for (let index = 0; index < xs.length; index++) {
    const part = index < data.samples.held ? 1 : 0
    paths[classOf(index) * 2 + part] += SHAPES[classOf(index)](place(xs[index], false), place(ys[index], true), DOT)
  }
  paths.forEach((d, index) => draw(svg, "path", { d, class: `sample class-${index >> 1} ${index % 2 ? "held" : ""}` }))
}

class Areas {
  constructor(find, data) {
    this.size = data.picture.size
    this.levels = data.levels
    this.cells = bytes(data.picture.packed)
    this.canvas = find(".areas")
    Object.assign(this.canvas, { width: this.size, height: this.size })
    // The outermost points of the grid lie on the field's edge: the canvas reaches half a cell beyond.
    const over = 50 / (this.size - 1)
    Object.assign(this.canvas.style, { inset: `${-over}%`, width: `${100 + 2 * over}%`, height: `${100 + 2 * over}%` })
    this.context = this.canvas.getContext("2d")
    const flat = decode(data.samples.x)
    const classes = decode(data.samples.y)
    const column = (which) => Array.from(classes, (_, index) => flat[index * 2 + which])
    drawSamples(find(".points"), data, column(0), column(1), (index) => classes[index])
  }

  show(snapshot) {
    const image = this.context.createImageData(this.size, this.size)
    const first = snapshot * this.size * this.size
    for (let row = 0; row < this.size; row++) {
      for (let column = 0; column < this.size; column++) {
        const cell = this.cells[first + (this.size - 1 - row) * this.size + column]
        const sure = (cell % this.levels) / (this.levels - 1)
        image.data.set([...MIDDLE[Math.floor(cell / this.levels)], 10 + 130 * sure], (row * this.size + column) * 4)
      }
    }
    this.context.putImageData(image, 0, 0)
  }
}

class FittedLine {
  constructor(find, data) {
    Object.assign(this, { size: data.picture.size, reach: data.reach, values: decode(data.picture.packed) })
    const svg = find(".points")
    drawSamples(svg, data, decode(data.samples.x), decode(data.samples.y), () => 0)
    this.line = draw(svg, "path", { class: "fitted" })
  }

  show(snapshot) {
    const y = (value) => Math.min(Math.max(SIDE * (0.5 - value / (2 * this.reach)), -SIDE), 2 * SIDE)
    const values = this.values.subarray(snapshot * this.size, (snapshot + 1) * this.size)
    const points = Array.from(values, (value, index) => `${((SIDE * index) / (this.size - 1)).toFixed(1)} ${y(value).toFixed(1)}`)
    this.line.setAttribute("d", `M${points.join("L")}`)
  }
}

// Held-out samples: the true class down, the predicted one across.
class Confusion {
  constructor(find, data) {
    Object.assign(this, { size: data.picture.size, counts: decode(data.picture.packed) })
    const table = child(find(".confusion"), "table", "", "")
    child(table, "caption", "", "Held-out samples: true class down, predicted class across")
    const head = child(table, "tr", "", "")
    child(head, "td", "", "")
    for (const name of data.classes) child(head, "th", "", name).scope = "col"
    this.cells = data.classes.flatMap((name) => {
      const row = child(table, "tr", "", "")
      child(row, "th", "", name).scope = "row"
      return data.classes.map(() => child(row, "td", "count", ""))
    })
  }

  show(snapshot) {
    const counts = this.counts.subarray(snapshot * this.size ** 2, (snapshot + 1) * this.size ** 2)
    this.cells.forEach((cell, index) => {
      const row = Math.floor(index / this.size)
      const total = counts.subarray(row * this.size, (row + 1) * this.size).reduce((sum, count) => sum + count, 0)
      cell.textContent = counts[index] || "·"
      cell.classList.toggle("right", row === index % this.size)
      cell.style.setProperty("--share", `${Math.round((60 * counts[index]) / Math.max(total, 1))}%`)
    })
  }
}

const PICTURES = { areas: Areas, line: FittedLine, confusion: Confusion }

function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}

function buildLegend(list, data) {
  list.replaceChildren()
  if (data.picture.kind === "confusion") return
  const entry = (text, kind, shape) => {
    const item = child(list, "li", "", "")
    const svg = draw(item, "svg", { viewBox: "0 0 16 16", "aria-hidden": "true" })
    draw(svg, "path", { d: SHAPES[shape](8, 8, 5), class: `sample ${kind}` })
    item.append(text)
  }
  data.classes.forEach((name, index) => entry(name, `class-${index}`, index))
  entry(data.classes.length ? "filled: training" : "training", data.classes.length ? "plain" : "class-0", 0)
  entry(data.classes.length ? "hollow: held out" : "held out", data.classes.length ? "plain held" : "class-0 held", 0)
  child(list, "li", "", `${data.features[0]} to the right, ${data.features[1] ?? "what is predicted"} up; standardised`)
}
