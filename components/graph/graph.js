// The graph that autograd recorded, drawn as SVG: boxes in layers, values going up, gradients coming back.
// It looks numbers up and places them; it computes none.

const SVG = "http://www.w3.org/2000/svg"
const BOX = { width: 164, height: 70 }
const CELL = { width: 226, height: 134 } // one column and one layer: a box and the room for what flows between
const LONG = 16 // letters of a label that fit a box at full size
const ROOMY = 14 // that size, in pixels
const SLANTED = 20 // pixels sideways from which on a line is not upright
const ROOM = { above: 50, below: 36 } // for the 1 that backward starts with, and for .grad

function draw(parent, name, attributes = {}, text = "") {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  if (text) element.textContent = text
  parent.append(element)
  return element
}

// As a reader wants it: two decimals, powers of ten where those would say 0.00 or run on, never "-0.00".
function format(value) {
  if (Number.isNaN(value)) return "nan"
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf"
  const size = Math.abs(value)
  if (size !== 0 && (size < 0.005 || size >= 1e5)) return value.toExponential(1)
  return (value === 0 ? 0 : value).toFixed(2)
}

// "{3} arrives" with the third array's number in it.
function fill(template, read) {
  return template.replace(/\{(\d+)\}/g, (_, array) => format(read(Number(array))))
}

class GraphView {
  // `touched`, where given, hears of a box that is pointed at, focused or tapped: (index, whether it is to stay); `cut` of
  // a line that is to be cut, or healed, by its number.
  constructor(svg, graph, { cell = CELL, touched = null, cut = null } = {}) {
    this.svg = svg
    this.graph = graph
    this.cell = cell
    this.touched = touched
    this.cut = cut
    this.parts = new Map() // name -> groups, as the story's lights name them: value-0, line-1, edge-1, start, grad-0
    this.texts = [] // [element, template]
    svg.replaceChildren()
    this.width = (graph.columns - 1) * this.cell.width + BOX.width + 2 * this.margin()
    const height = (graph.layers - 1) * this.cell.height + BOX.height + ROOM.above + ROOM.below
    svg.setAttribute("viewBox", `0 0 ${this.width} ${height}`)
    svg.style.setProperty("--natural-width", `${this.width}px`)
    this.drawArrowheads()
    graph.edges.forEach((edge, index) => this.drawLines(edge, index))
    graph.edges.forEach((edge, index) => this.drawNumbers(edge, index)) // over every line, so that all can be read
    graph.nodes.forEach((node, index) => this.drawNode(node, index))
    graph.edges.forEach((edge, index) => edge.use && this.offerCut(edge, index))
  }

  // Room beside the outer boxes for what is written along the edges.
  margin() {
    return (this.cell.width - BOX.width) / 2 + 18
  }

  place([column, layer]) {
    const { width, height } = this.cell
    return [this.margin() + BOX.width / 2 + column * width, ROOM.above + BOX.height / 2 + layer * height]
  }

  part(name, kind) {
    const group = draw(this.svg, "g", { class: kind, "data-part": name })
    this.parts.set(name, [...(this.parts.get(name) ?? []), group])
    return group
  }

  write(group, x, y, kind, template, anchor = "middle") {
    this.texts.push([draw(group, "text", { x, y, class: kind, "text-anchor": anchor }), template])
  }

  drawArrowheads() {
    const defs = draw(this.svg, "defs")
    for (const kind of ["forward", "backward"]) {
      const marker = draw(defs, "marker", {
        id: kind, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8,
        markerUnits: "userSpaceOnUse", orient: "auto-start-reverse",
      })
      draw(marker, "path", { d: "M0 0 L8 4 L0 8 z", class: `${kind}-head` })
    }
  }

  drawNode(node, index) {
    const [x, y] = this.place(node.at)
    const [top, left] = [y - BOX.height / 2, x - BOX.width / 2]
    const group = this.part(`value-${index}`, ["node", node.leaf ? "leaf" : "", node.outside ?? ""].filter(Boolean).join(" "))
    draw(group, "rect", { x: left, y: top, width: BOX.width, height: BOX.height, rx: 10 })
    const label = draw(group, "text", { x, y: top + 21, class: "label", "text-anchor": "middle" }, node.label)
    if (node.label.length > LONG) label.style.fontSize = `${(ROOMY * LONG) / node.label.length}px`
    this.write(group, x, top + 43, "value", `{${node.value}}`)
    draw(group, "text", { x, y: top + 61, class: "tag", "text-anchor": "middle" }, node.tag)
    if (this.touched) this.listen(group, node, index)
    if (node.root) {
      const start = this.part("start", "edge")
      draw(start, "path", { d: `M${x + 9} 8 V${top - 3}`, class: "backward", "marker-end": "url(#backward)" })
      this.write(start, x + 20, top - 22, "gradient", `{${node.arrives}}`, "start")
      draw(start, "text", { x: x + 20, y: top - 7, class: "tag" }, "backward starts here")
    }
    if (node.leaf) {
      const grad = this.part(`grad-${index}`, "edge")
      const [kind, text] = node.outside ? ["tag", " = None"] : ["gradient", ` += {${node.arrives}}`]
      this.write(grad, x, top + BOX.height + 24, kind, `${node.label}.grad${text}`)
    }
  }

  listen(group, node, index) {
    for (const [name, value] of Object.entries({ tabindex: 0, role: "button", "aria-pressed": "false" })) group.setAttribute(name, value)
    group.setAttribute("aria-label", node.label)
    group.setAttribute("aria-description", node.tag)
    group.onpointerenter = group.onfocus = () => this.touched(index, false)
    group.onpointerleave = group.onblur = () => this.touched(null, false)
    group.onclick = () => this.touched(index, true)
    group.onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return
      event.preventDefault()
      this.touched(index, true)
    }
  }

  // Two lines along one way: the value going up on the left, the gradient coming back on the right; where no gradient
  // comes back, one line in the middle.
  drawLines(edge, index) {
    const points = this.points(edge)
    const line = this.part(`line-${index}`, edge.link ? `line link ${edge.link}` : "line")
    draw(line, "path", { d: this.way(points, edge.link ? 0 : -9), class: "forward", "marker-start": "url(#forward)" })
    if (edge.link) return
    const group = this.part(`edge-${index}`, "edge")
    draw(group, "path", { d: this.way(points, 9), class: "backward", "marker-end": "url(#backward)" })
  }

  // The gradient, and what it is made of, beside the middle of the line or its first bend.
  drawNumbers(edge, index) {
    if (edge.link) return
    const group = this.part(`edge-${index}`, "edge")
    const points = this.points(edge)
    const straight = points.length === 2
    const [x, y] = straight ? [(points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2] : points[1]
    const [at, anchor] = straight && edge.ports[0] < 0 ? [x - 18, "end"] : [x + 18, "start"]
    const lift = straight && Math.abs(points[0][0] - points[1][0]) > SLANTED ? 8 : 0 // above where the line runs level
    this.write(group, at, y - 1 - lift, "gradient", `{${edge.gradient}}`, anchor)
    this.write(group, at, y + 15 - lift, "tag", `= {${edge.arrives}} × {${edge.local}}`, anchor)
  }

  // A line that can be cut: a button as wide as a finger, with a cross on it, or a plus where it is cut already.
  offerCut(edge, index) {
    const points = this.points(edge)
    const group = this.part(`cut-${index}`, "cut")
    const word = edge.isCut ? "Heal" : "Cut"
    for (const [name, value] of Object.entries({ tabindex: 0, role: "button", "aria-label": `${word} ${edge.use}` })) group.setAttribute(name, value)
    const d = this.way(points, 0)
    draw(group, "path", { d, class: "reach" })
    const [x, y] = points.length === 2 ? [(points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2] : points[1]
    draw(group, "circle", { cx: x, cy: y, r: 9 })
    draw(group, "path", { d: edge.isCut ? `M${x - 5} ${y} h10 M${x} ${y - 5} v10` : `M${x - 4} ${y - 4} l8 8 M${x + 4} ${y - 4} l-8 8`, class: "mark" })
    draw(group, "title", {}, `${word} ${edge.use}`)
    group.onclick = () => this.cut(index)
    group.onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return
      event.preventDefault()
      this.cut(index)
    }
  }

  // Who has cut a line with the keyboard stays on it.
  focusCut(use) {
    const index = this.graph.edges.findIndex((edge) => edge.use && edge.use === use)
    this.parts.get(`cut-${index}`)?.[0].focus()
  }

  points(edge) {
    const [from, to] = [this.place(this.graph.nodes[edge.from].at), this.place(this.graph.nodes[edge.to].at)]
    const [leaves, enters] = edge.ports.map((port) => port * BOX.width)
    return [
      [from[0] + leaves, from[1] + BOX.height / 2 + 2],
      ...edge.bends.map((bend) => this.place(bend)),
      [to[0] + enters, to[1] - BOX.height / 2 - 3],
    ]
  }

  way(points, shift) {
    const [[x0, y0], ...rest] = points.map(([x, y]) => [x + shift, y])
    let [d, y] = [`M${x0} ${y0}`, y0]
    let x = x0
    for (const [nextX, nextY] of rest) {
      const middle = (y + nextY) / 2
      d += ` C${x} ${middle} ${nextX} ${middle} ${nextX} ${nextY}`
      ;[x, y] = [nextX, nextY]
    }
    return d
  }

  // Show the numbers of one x. `read` gives the number of an array there.
  show(read) {
    for (const [element, template] of this.texts) {
      const text = fill(template, read)
      if (element.textContent !== text) element.textContent = text
    }
  }

  // Light what the story has reached at this step; at step 0 everything is lit.
  light(story, step) {
    const reached = new Map()
    story.forEach((entry, index) => entry.lights.forEach((name) => reached.set(name, index + 1)))
    for (const [name, groups] of this.parts) {
      for (const group of groups) {
        group.classList.toggle("dim", step > 0 && reached.get(name) > step)
        group.classList.toggle("now", step > 0 && reached.get(name) === step)
      }
    }
  }
}
