// A large tensor as a heatmap: one path for each shade, so that 4,096 elements are a handful of nodes.

const LEVELS = 12
const GAP = 10 // pixels between tiles
const LEFT = 30 // room for the indices of rows,
const TOP = 18 // and of columns
const MIN_CELL = 3
const MAX_CELL = 26

class Heat {
  constructor(svg, panel, width) {
    this.svg = svg
    this.panel = panel
    const shape = [1, 1, 1, 1, ...panel.shape].slice(-4)
    const [first, second, rows, columns] = shape
    this.rows = rows
    this.columns = columns
    this.tiles = first * second
    // Rank 4 has its first dimension down and its second across; rank 3 wraps its tiles.
    const room = Math.max(width - LEFT, 120)
    this.across = first > 1 ? second : Math.min(second, Math.max(1, Math.round(Math.sqrt((second * rows * 2) / columns))))
    const gaps = (this.across - 1) * GAP
    this.cell = Math.min(Math.max(Math.floor((room - gaps) / (this.across * columns)), MIN_CELL), MAX_CELL)
    this.tileWidth = columns * this.cell + GAP
    this.labelled = this.tiles > 1 && this.tileWidth >= 44
    this.tileHeight = rows * this.cell + (this.labelled ? TOP : GAP)
    this.draw()
  }

  place(index) {
    const inside = index % (this.rows * this.columns)
    const tile = Math.floor(index / (this.rows * this.columns))
    const [left, top] = this.corner(tile)
    return [left + (inside % this.columns) * this.cell, top + Math.floor(inside / this.columns) * this.cell]
  }

  corner(tile) {
    return [LEFT + (tile % this.across) * this.tileWidth, TOP + Math.floor(tile / this.across) * this.tileHeight]
  }

  // The element under a pointer, or null between tiles.
  at(event) {
    const box = this.svg.getBoundingClientRect()
    const [x, y] = [event.clientX - box.left - LEFT, event.clientY - box.top - TOP]
    const [across, down] = [Math.floor(x / this.tileWidth), Math.floor(y / this.tileHeight)]
    const column = Math.floor((x - across * this.tileWidth) / this.cell)
    const row = Math.floor((y - down * this.tileHeight) / this.cell)
    const tile = down * this.across + across
    const inside = x >= 0 && y >= 0 && across < this.across && tile < this.tiles && row < this.rows && column < this.columns
    return inside ? (tile * this.rows + row) * this.columns + column : null
  }

  draw() {
    const down = Math.ceil(this.tiles / this.across)
    this.svg.setAttribute("width", LEFT + this.across * this.tileWidth)
    this.svg.setAttribute("height", TOP + down * this.tileHeight)
    this.svg.replaceChildren()
    const size = this.cell > 5 ? this.cell - 1 : this.cell
    const paths = Array.from({ length: LEVELS }, () => "")
    this.panel.shades.forEach((shade, index) => {
      const [x, y] = this.place(index)
      paths[shade] += `M${x} ${y}h${size}v${size}h${-size}z`
    })
    paths.forEach((d, shade) => d && this.node("path", { d, opacity: 0.08 + (0.92 * shade) / (LEVELS - 1) }))
    this.drawIndices()
    this.mark = this.node("rect", { width: this.cell + 2, height: this.cell + 2, class: "at" })
    this.show(null)
  }

  drawIndices() {
    const every = Math.ceil(26 / this.cell)
    const downwards = Math.ceil(13 / this.cell)
    if (this.tiles === 1 || !this.labelled) {
      for (let column = 0; column < this.columns; column += every) this.label(LEFT + (column + 0.5) * this.cell, TOP - 5, column, "middle")
      for (let row = 0; row < this.rows; row += downwards) this.label(LEFT - 5, TOP + (row + 0.5) * this.cell + 4, row, "end")
      return
    }
    for (let tile = 0; tile < this.tiles; tile++) {
      const [x, y] = this.corner(tile)
      this.label(x, y - 4, this.panel.outer[tile], "start")
    }
  }

  label(x, y, text, anchor) {
    this.node("text", { x, y, "text-anchor": anchor }).textContent = text
  }

  node(name, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name)
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
    return this.svg.appendChild(made)
  }

  show(index) {
    this.mark.style.display = index === null ? "none" : ""
    if (index === null) return
    const [x, y] = this.place(index)
    this.mark.setAttribute("x", x - 1)
    this.mark.setAttribute("y", y - 1)
  }
}
