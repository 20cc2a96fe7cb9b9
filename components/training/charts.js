// Lines over the epochs with the chosen epoch marked. The lines stand still for a run; a move changes a few attributes.

const FRAME = { left: 46, right: 58, top: 28, height: 98, bottom: 6 }
const LETTER = 6.5 // pixels of a letter, about: what has no room beside the title stands in the cards and the table
const LABEL = 12 // pixels between two labels at the lines' ends

// A number that may well be nothing at all, which 0.00 would not say.
function small(value) {
  return value === 0 ? "0" : format(value)
}

class Chart {
  // `series`: [{ values, kind, label }]; kind is a class of the style sheet, label stands at the line's end.
  constructor(svg, { title, series, axis, format, moved }) {
    Object.assign(this, { svg, title, series, axis, format })
    this.last = Math.max(series[0].values.length - 1, 1)
    svg.onpointerdown = (event) => {
      svg.setPointerCapture(event.pointerId)
      moved(this.at(event.clientX))
    }
    svg.onpointermove = (event) => {
      if (svg.hasPointerCapture(event.pointerId)) moved(this.at(event.clientX))
    }
  }

  x(epoch) {
    return FRAME.left + (epoch / this.last) * (this.width - FRAME.left - FRAME.right)
  }

  // Zeros, and what is below the axis, stand at its bottom; what is above or not finite, beyond its top.
  y(value) {
    const { low, high, log } = this.axis
    const share = ((log ? Math.log10(value) : value) - low) / (high - low)
    const inside = Number.isNaN(share) ? 1.04 : Math.min(Math.max(share, 0), 1.04)
    return FRAME.top + FRAME.height * (1 - inside)
  }

  at(clientX) {
    const box = this.svg.getBoundingClientRect()
    const place = ((clientX - box.left) / box.width) * this.width - FRAME.left
    return (place / (this.width - FRAME.left - FRAME.right)) * this.last
  }

  resize(width) {
    this.width = width
    this.svg.replaceChildren()
    this.svg.setAttribute("viewBox", `0 0 ${width} ${FRAME.top + FRAME.height + FRAME.bottom}`)
    draw(this.svg, "text", { x: FRAME.left, y: 14, class: "title" }, this.title)
    this.now = draw(this.svg, "text", { x: width - FRAME.right, y: 14, class: "now", "text-anchor": "end" })
    for (const [value, label] of this.axis.ticks) {
      const y = this.y(this.axis.log ? 10 ** value : value)
      if (y < FRAME.top - 2) continue
      draw(this.svg, "line", { x1: FRAME.left, x2: width - FRAME.right, y1: y, y2: y, class: "grid" })
      draw(this.svg, "text", { x: FRAME.left - 6, y: y + 4, class: "tick", "text-anchor": "end" }, label)
    }
    for (const { values, kind } of this.series) draw(this.svg, "path", { d: this.path(values), class: `line ${kind}` })
    this.labelEnds()
    this.cursor = draw(this.svg, "line", { y1: FRAME.top - 4, y2: FRAME.top + FRAME.height, class: "cursor" })
    this.dots = this.series.map(({ kind }) => draw(this.svg, "circle", { r: 4.5, class: `dot ${kind}` }))
  }

  path(values) {
    return Array.from(values, (value, epoch) => `${epoch ? "L" : "M"}${this.x(epoch).toFixed(1)} ${this.y(value).toFixed(1)}`).join("")
  }

  // A label at each line's end; those that would cover each other move apart.
  labelEnds() {
    const ends = this.series.map(({ values, label }) => ({ label, y: this.y(values[values.length - 1]) + 4 }))
    ends.sort((a, b) => a.y - b.y)
    ends.forEach((end, index) => index && (end.y = Math.max(end.y, ends[index - 1].y + LABEL)))
    let bottom = FRAME.top + FRAME.height + 4
    for (const end of ends.reverse()) {
      end.y = Math.min(end.y, bottom)
      bottom = end.y - LABEL
      draw(this.svg, "text", { x: this.width - FRAME.right + 6, y: end.y, class: "end" }, end.label)
    }
  }

  show(epoch) {
    if (!this.width) return
    const x = this.x(epoch)
    this.cursor.setAttribute("x1", x)
    this.cursor.setAttribute("x2", x)
    this.series.forEach(({ values }, index) => {
      this.dots[index].setAttribute("cx", x)
      this.dots[index].setAttribute("cy", this.y(values[epoch]))
    })
    this.now.textContent = this.series.map(({ values, label }) => `${label} ${this.format(values[epoch])}`).join(" · ")
    this.now.style.display = (this.now.textContent.length + this.title.length) * LETTER > this.width - FRAME.left - FRAME.right ? "none" : ""
  }
}

// A layer's card: its weights as a histogram, and the norm of its gradient as a bar on the axis that all layers share.
class LayerCard {
  constructor(parent, layer, bars, norms, axis) {
    Object.assign(this, { bars, norms, axis })
    const card = parent.appendChild(document.createElement("div"))
    card.className = "layer"
    const head = card.appendChild(document.createElement("p"))
    head.append(Object.assign(document.createElement("strong"), { textContent: layer.name }), ` ${layer.shape}`)
    this.svg = draw(card, "svg", { viewBox: "0 0 160 66", class: "histogram", role: "img" })
    this.svg.setAttribute("aria-label", `Histogram of the weights of ${layer.name}, from -${layer.spread} to ${layer.spread}`)
    this.rects = bars[0].map((_, bin) => draw(this.svg, "rect", { x: bin * 10 + 0.5, width: 9 }))
    draw(this.svg, "line", { x1: 0, x2: 160, y1: 51, y2: 51, class: "grid" })
    for (const [x, text, anchor] of [[0, `-${layer.spread}`, "start"], [80, "0", "middle"], [160, layer.spread, "end"]]) {
      draw(this.svg, "text", { x, y: 64, "text-anchor": anchor }, text)
    }
    this.meter = card.appendChild(document.createElement("div"))
    this.meter.className = "meter"
    this.bar = this.meter.appendChild(document.createElement("div"))
    this.text = card.appendChild(document.createElement("p"))
    this.text.className = "gradient"
  }

  show(snapshot, epoch) {
    this.rects.forEach((rect, bin) => {
      const height = (this.bars[snapshot][bin] / 255) * 48
      rect.setAttribute("y", 51 - height)
      rect.setAttribute("height", height)
    })
    const norm = this.norms[epoch]
    const { low, high } = this.axis
    const share = norm > 0 ? (Math.log10(norm) - low) / (high - low) : 0
    this.bar.style.width = `${100 * (Number.isNaN(share) ? 0 : Math.min(Math.max(share, 0), 1))}%`
    this.text.textContent = `norm of W.grad ${small(norm)}`
  }
}
