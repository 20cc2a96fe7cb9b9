// The loss over x, and below it on the same axis its slope, as SVG.
// The paths stand still for a scene; a move of x changes a handful of attributes and two texts.

const MARGIN = { left: 50, right: 28, top: 26, between: 34, bottom: 26 }
const TANGENT = 74 // half the tangent's length, in pixels
const LABELLED = 3 // more marks of one kind than this stand without words,
const APART = 110 // and so do marks closer than this, in pixels

class CurveView {
  constructor(svg, data, arrays) {
    this.svg = svg
    this.data = data
    this.arrays = arrays
  }

  // Draw everything for this width: text keeps its size, whatever the width.
  resize(width) {
    const [lossHeight, slopeHeight] = width < 480 ? [200, 84] : [256, 104]
    const { axes } = this.data
    this.width = width
    this.loss = { top: MARGIN.top, height: lossHeight, axis: axes.loss }
    this.slope = { top: MARGIN.top + lossHeight + MARGIN.between, height: slopeHeight, axis: axes.slope }
    this.bottom = this.slope.top + slopeHeight
    this.svg.replaceChildren()
    this.svg.setAttribute("viewBox", `0 0 ${width} ${this.bottom + MARGIN.bottom}`)
    this.drawAxes()
    this.drawPath(this.loss, this.data.loss, "loss-line")
    this.drawPath(this.slope, this.data.grad, "slope-line")
    this.drawMarks()
    this.drawMoving()
  }

  x(value) {
    const { low, high } = this.data.axes.x
    return MARGIN.left + ((value - low) / (high - low)) * (this.width - MARGIN.left - MARGIN.right)
  }

  y(panel, value) {
    const { low, high } = panel.axis
    return panel.top + panel.height * (1 - (value - low) / (high - low))
  }

  // The x under a pointer.
  at(clientX) {
    const { low, high } = this.data.axes.x
    const box = this.svg.getBoundingClientRect()
    const share = ((clientX - box.left) / box.width) * this.width - MARGIN.left
    return low + (share / (this.width - MARGIN.left - MARGIN.right)) * (high - low)
  }

  drawAxes() {
    const right = this.width - MARGIN.right
    for (const [index, panel] of [this.loss, this.slope].entries()) {
      const clip = draw(draw(this.svg, "defs"), "clipPath", { id: `panel-${index}` })
      draw(clip, "rect", { x: MARGIN.left, y: panel.top - 2, width: right - MARGIN.left, height: panel.height + 4 })
      panel.clip = `url(#panel-${index})`
      for (const [value, label] of panel.axis.ticks) {
        const y = this.y(panel, value)
        draw(this.svg, "line", { x1: MARGIN.left, x2: right, y1: y, y2: y, class: value === 0 ? "zero" : "grid" })
        draw(this.svg, "text", { x: MARGIN.left - 8, y: y + 4, "text-anchor": "end", class: "tick" }, label)
      }
    }
    for (const [value, label] of this.data.axes.x.ticks) {
      draw(this.svg, "text", { x: this.x(value), y: this.bottom + 20, "text-anchor": "middle", class: "tick" }, label)
    }
    draw(this.svg, "text", { x: this.width - 2, y: this.bottom + 20, "text-anchor": "end", class: "tick name" }, "x")
    draw(this.svg, "text", { x: MARGIN.left, y: this.loss.top - 11, class: "loss-name" }, this.data.title)
    draw(this.svg, "text", { x: MARGIN.left, y: this.slope.top - 11, class: "slope-name" }, "x.grad, the slope")
  }

  // A line with a gap wherever its own value is not finite, or jumps over the whole panel as a pole does.
  drawPath(panel, array, kind) {
    const [xs, ys] = [this.arrays[this.data.x], this.arrays[array]]
    const { low, high } = panel.axis
    const side = (y) => (y > high ? 1 : y < low ? -1 : 0)
    let [d, pen] = ["", "M"]
    ys.forEach((y, index) => {
      if (index && side(y) * side(ys[index - 1]) === -1) pen = "M"
      if (!Number.isFinite(y)) return (pen = "M")
      const shown = Math.min(Math.max(y, 3 * low - 2 * high), 3 * high - 2 * low) // far outside is outside enough
      d += `${pen}${this.x(xs[index]).toFixed(1)} ${this.y(panel, shown).toFixed(1)}`
      pen = "L"
    })
    draw(this.svg, "path", { d, class: kind, "clip-path": panel.clip })
  }

  drawMarks() {
    const { lossZero, slopeZero } = this.data
    for (const [x, slope] of lossZero) {
      const [cx, cy] = [this.x(x), this.y(this.loss, 0)]
      draw(this.svg, "circle", { cx, cy, r: 5, class: "loss-zero" })
      // Above the axis, on the side where the curve is below it; below the axis where "slope = 0" stands above.
      const [side, anchor] = Math.abs(slope) < 1e-6 ? [0, "middle"] : slope > 0 ? [-7, "end"] : [7, "start"]
      if (this.hasRoom(lossZero)) this.mark(cx + side, cy + (side ? -8 : 20), "loss = 0", "loss-name small", anchor)
    }
    for (const [x, loss] of slopeZero) {
      for (const [panel, value] of [[this.loss, loss], [this.slope, 0]]) {
        const [cx, cy] = [this.x(x), this.y(panel, value)]
        draw(this.svg, "path", { d: `M${cx - 6} ${cy} l6 -6 l6 6 l-6 6 z`, class: "slope-zero", "clip-path": panel.clip })
      }
      if (this.hasRoom(slopeZero)) this.mark(this.x(x), this.y(this.loss, loss) - 13, "slope = 0", "slope-name small")
    }
  }

  // Marks that are few, and apart enough to be read.
  hasRoom(marks) {
    const places = marks.map(([x]) => this.x(x)).sort((a, b) => a - b)
    return places.length <= LABELLED && places.every((place, index) => !index || place - places[index - 1] > APART)
  }

  mark(x, y, text, kind, anchor = "middle") {
    draw(this.svg, "text", { x, y, "text-anchor": anchor, class: kind }, text)
  }

  drawMoving() {
    this.cursor = draw(this.svg, "line", { y1: this.loss.top, y2: this.bottom, class: "cursor" })
    this.tangent = draw(this.svg, "line", { class: "tangent", "clip-path": this.loss.clip })
    this.lossDot = draw(this.svg, "circle", { r: 8, class: "loss-dot" })
    this.slopeDot = draw(this.svg, "circle", { r: 7, class: "slope-dot" })
    this.lossText = draw(this.svg, "text", { class: "loss-name moving" })
    this.slopeText = draw(this.svg, "text", { class: "slope-name moving" })
  }

  show(x, loss, grad) {
    const cx = this.x(x)
    set(this.cursor, { x1: cx, x2: cx })
    const y = this.put(this.lossDot, this.loss, cx, loss)
    const below = this.put(this.slopeDot, this.slope, cx, grad)
    this.showTangent(cx, y, grad)
    const [side, anchor] = cx > this.width * 0.72 ? [-14, "end"] : [14, "start"]
    this.say(this.lossText, cx + side, y === null ? null : this.inside(this.loss, y + 22), anchor, `loss ${format(loss)}`)
    this.say(this.slopeText, cx + side, below === null ? null : this.inside(this.slope, below + 20), anchor, `slope ${format(grad)}`)
  }

  // Place a dot; return its height, or null and hide it where the value is not finite or outside the panel.
  put(dot, panel, cx, value) {
    const cy = this.y(panel, value)
    const visible = Number.isFinite(cy) && cy >= panel.top - 2 && cy <= panel.top + panel.height + 2
    dot.style.display = visible ? "" : "none"
    if (!visible) return null
    set(dot, { cx, cy })
    return cy
  }

  showTangent(cx, cy, grad) {
    const visible = cy !== null && Number.isFinite(grad)
    this.tangent.style.display = visible ? "" : "none"
    if (!visible) return
    const { low, high } = this.data.axes.x
    const perPixelX = (high - low) / (this.width - MARGIN.left - MARGIN.right)
    const perPixelY = (this.loss.axis.high - this.loss.axis.low) / this.loss.height
    const fall = (grad * perPixelX) / perPixelY // pixels up for each pixel to the right
    const reach = TANGENT / Math.hypot(1, fall)
    set(this.tangent, { x1: cx - reach, x2: cx + reach, y1: cy + fall * reach, y2: cy - fall * reach })
  }

  inside(panel, y) {
    return Math.min(y, panel.top + panel.height - 4)
  }

  say(text, x, y, anchor, words) {
    text.style.display = y === null ? "none" : ""
    if (y === null) return
    set(text, { x, y, "text-anchor": anchor })
    text.textContent = words
  }
}

function set(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
}
